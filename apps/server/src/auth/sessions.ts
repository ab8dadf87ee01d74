import { createHash, randomBytes } from 'node:crypto';
import { Lucia, TimeSpan } from 'lucia';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database/connection.ts';
import { type SessionPersonRecord, touchSession } from '../database/queries/sessions.queries.ts';
import { SessionAdapter } from './session-adapter.ts';

type SessionLucia = Lucia<Record<never, never>, { person: SessionPersonRecord }>;

declare module 'lucia' {
  interface Register {
    Lucia: SessionLucia;
    UserId: string;
    DatabaseSessionAttributes: SessionPersonRecord | NewSessionColumns;
    DatabaseUserAttributes: SessionPersonRecord;
  }
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
export const IDLE_DAYS = 14;
export const ABSOLUTE_DAYS = 30;
export const REFRESH_HOURS = 24;
const TOUCH_EVERY = 5 * MINUTE;

/** 40 hex characters from a CSPRNG. */
const TOKEN = /^[0-9a-f]{40}$/;

/** The columns of a new session beyond Lucia's own. The adapter spreads the keys into SQL unescaped. */
interface NewSessionColumns {
  public_id: string;
  credential_epoch: number;
  created_at: Date;
  last_seen_at: Date;
  absolute_expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  refresh_rotated_at: Date;
  refresh_expires_at: Date;
}

/** Where a sign-in comes from. */
export interface Origin {
  ip: string | null;
  userAgent: string | null;
}

/** A session just opened; `token` is shown this once and kept nowhere. */
export interface OpenedSession {
  token: string;
  sessionId: string;
  startedAt: Date;
  expiresAt: Date;
  absoluteExpiresAt: Date;
  refreshExpiresAt: Date;
}

/** The life of sessions, on Lucia. */
export interface Sessions {
  /** @param credentialEpoch as it was read with the password's hash */
  open(userId: string, credentialEpoch: number, origin: Origin): Promise<OpenedSession>;
  /** @throws DomainError `SESSION_EXPIRED` */
  findByToken(token: string): Promise<SessionPersonRecord | undefined>;
  /** @throws DomainError `SESSION_EXPIRED` */
  findById(sessionId: string): Promise<SessionPersonRecord | undefined>;
  /** Removes the rows of sessions past their end. */
  deleteExpired(): Promise<void>;
  /** Resolves when writes that run off the request's path are done. */
  settle(): Promise<void>;
}

/** @param onError told of failed writes that run off the request's path */
export function createSessions(database: Database, onError: (error: unknown) => void): Sessions {
  const lucia: SessionLucia = new Lucia(new SessionAdapter(database), {
    sessionExpiresIn: new TimeSpan(IDLE_DAYS, 'd'),
    getUserAttributes: (attributes) => ({ person: attributes }),
  });
  const pending = new Set<Promise<void>>();
  const find = async (id: string) => {
    const { session, user } = await lucia.validateSession(id);
    if (user === null) return undefined;
    const record = session.fresh ? extended(user.person) : user.person;
    touchLater(database, record, pending, onError);
    return record;
  };
  return {
    open: (userId, credentialEpoch, origin) => open(lucia, userId, credentialEpoch, origin),
    findByToken: async (token) => (TOKEN.test(token) ? find(hashToken(token)) : undefined),
    findById: find,
    deleteExpired: () => lucia.deleteExpiredSessions(),
    settle: async () => void (await Promise.all(pending)),
  };
}

async function open(
  lucia: SessionLucia,
  userId: string,
  credentialEpoch: number,
  origin: Origin,
): Promise<OpenedSession> {
  const token = randomBytes(20).toString('hex');
  const startedAt = new Date();
  const absoluteExpiresAt = new Date(startedAt.getTime() + ABSOLUTE_DAYS * DAY);
  const refreshExpiresAt = new Date(startedAt.getTime() + REFRESH_HOURS * 60 * MINUTE);
  const sessionId = uuidv7();
  const { expiresAt } = await lucia.createSession(
    userId,
    {
      public_id: sessionId,
      credential_epoch: credentialEpoch,
      created_at: startedAt,
      last_seen_at: startedAt,
      absolute_expires_at: absoluteExpiresAt,
      ip: origin.ip,
      user_agent: origin.userAgent,
      refresh_rotated_at: startedAt,
      refresh_expires_at: refreshExpiresAt,
    },
    { sessionId: hashToken(token) },
  );
  return { token, sessionId, startedAt, expiresAt, absoluteExpiresAt, refreshExpiresAt };
}

/** The id of a session's row: whoever reads the database cannot sign in with it. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function idleEnd(record: SessionPersonRecord): Date {
  return new Date(Math.min(Date.now() + IDLE_DAYS * DAY, record.absoluteExpiresAt.getTime()));
}

function extended(record: SessionPersonRecord): SessionPersonRecord {
  return { ...record, expiresAt: idleEnd(record) };
}

// At most every five minutes, and the request does not wait for it.
function touchLater(
  database: Database,
  record: SessionPersonRecord,
  pending: Set<Promise<void>>,
  onError: (error: unknown) => void,
): void {
  const now = new Date();
  const ifNotSeenSince = new Date(now.getTime() - TOUCH_EVERY);
  if (record.lastSeenAt > ifNotSeenSince) return;
  const touch = touchSession(database.kysely, record.tokenHash, now, idleEnd(record), ifNotSeenSince)
    .catch(onError)
    .finally(() => pending.delete(touch));
  pending.add(touch);
}
