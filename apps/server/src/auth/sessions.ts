import { hash, randomBytes } from 'node:crypto';
import { Lucia, TimeSpan } from 'lucia';
import type { Database } from '../database/connection.ts';
import type { NewAuditEvent } from '../database/queries/audit.queries.ts';
import type { NewSession } from '../database/queries/auth.queries.ts';
import { type SessionPersonRecord, touchSession } from '../database/queries/sessions.queries.ts';
import { LaterWrites } from './later-writes.ts';
import { SessionAdapter } from './session-adapter.ts';

type SessionLucia = Lucia<Record<never, never>, { person: SessionPersonRecord }>;

declare module 'lucia' {
  interface Register {
    Lucia: SessionLucia;
    UserId: string;
    DatabaseSessionAttributes: SessionPersonRecord | NewSessionAttributes;
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

/** What a new session needs beyond what Lucia gives it. */
interface NewSessionAttributes extends Omit<NewSession, 'id' | 'user_id' | 'expires_at'> {
  auditEvent: NewAuditEvent;
}

/** Whose sign-in, from where, and its line of the audit log. */
export interface SignIn {
  /** UUID v7. */
  sessionId: string;
  userId: string;
  /** As it was read with the password's hash. */
  credentialEpoch: number;
  ip: string | null;
  userAgent: string | null;
  auditEvent: NewAuditEvent;
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
  open(signIn: SignIn): Promise<OpenedSession>;
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
  const writes = new LaterWrites(onError);
  const find = async (id: string) => {
    const { session, user } = await lucia.validateSession(id);
    if (user === null) return undefined;
    const record = session.fresh ? extended(user.person) : user.person;
    touchLater(database, record, writes);
    return record;
  };
  return {
    open: (signIn) => open(lucia, signIn),
    findByToken: async (token) => (TOKEN.test(token) ? find(hashToken(token)) : undefined),
    findById: find,
    deleteExpired: () => lucia.deleteExpiredSessions(),
    settle: () => writes.settle(),
  };
}

async function open(lucia: SessionLucia, signIn: SignIn): Promise<OpenedSession> {
  const { sessionId, userId, credentialEpoch, ip, userAgent, auditEvent } = signIn;
  const token = randomBytes(20).toString('hex');
  const startedAt = new Date();
  const absoluteExpiresAt = new Date(startedAt.getTime() + ABSOLUTE_DAYS * DAY);
  const refreshExpiresAt = new Date(startedAt.getTime() + REFRESH_HOURS * 60 * MINUTE);
  const { expiresAt } = await lucia.createSession(
    userId,
    {
      public_id: sessionId,
      credential_epoch: credentialEpoch,
      created_at: startedAt,
      last_seen_at: startedAt,
      absolute_expires_at: absoluteExpiresAt,
      ip,
      user_agent: userAgent,
      refresh_rotated_at: startedAt,
      refresh_expires_at: refreshExpiresAt,
      auditEvent,
    },
    { sessionId: hashToken(token) },
  );
  return { token, sessionId, startedAt, expiresAt, absoluteExpiresAt, refreshExpiresAt };
}

/** The id of a session's row: whoever reads the database cannot sign in with it. */
function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

function idleEnd(record: SessionPersonRecord): Date {
  return new Date(Math.min(Date.now() + IDLE_DAYS * DAY, record.absoluteExpiresAt.getTime()));
}

function extended(record: SessionPersonRecord): SessionPersonRecord {
  return { ...record, expiresAt: idleEnd(record) };
}

// At most every five minutes, and the request does not wait for it.
function touchLater(database: Database, record: SessionPersonRecord, writes: LaterWrites): void {
  const now = new Date();
  const ifNotSeenSince = new Date(now.getTime() - TOUCH_EVERY);
  if (record.lastSeenAt > ifNotSeenSince) return;
  writes.add(touchSession(database.kysely, record.tokenHash, now, idleEnd(record), ifNotSeenSince));
}
