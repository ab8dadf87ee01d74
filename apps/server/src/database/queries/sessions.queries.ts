import { type RawBuilder, sql } from 'kysely';
import type { Database, Executor } from '../connection.ts';
import { nameStatement } from '../named-statement.ts';
import { PERSON_COLUMNS, type PersonRecord } from './person-columns.ts';

/** A session as it is read: `tokenHash` is its row's id, `id` the one that people see. */
export interface SessionRecord {
  tokenHash: string;
  sessionId: string;
  startedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  absoluteExpiresAt: Date;
  ip: string | null;
  userAgent: string | null;
}

/** A session with its person: what every authenticated request reads, in one round trip. */
export type SessionPersonRecord = SessionRecord & PersonRecord;

const SESSION_COLUMNS = [
  'sessions.id as tokenHash',
  'sessions.public_id as sessionId',
  'sessions.created_at as startedAt',
  'sessions.last_seen_at as lastSeenAt',
  'sessions.expires_at as expiresAt',
  'sessions.absolute_expires_at as absoluteExpiresAt',
  'sessions.ip',
  'sessions.user_agent as userAgent',
] as const;

/** Finds a session whose person is enabled and whose password has not changed since. */
export function nameSessionLookups(database: Database) {
  const lookup = (column: 'sessions.id' | 'sessions.public_id') =>
    liveSessions(database.kysely)
      .innerJoin('profiles', 'profiles.user_id', 'users.id')
      .leftJoin('memberships', 'memberships.user_id', 'users.id')
      .leftJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select([...SESSION_COLUMNS, ...PERSON_COLUMNS])
      .where(column, '=', '')
      .compile();
  return {
    byTokenHash: nameStatement<SessionPersonRecord>(database, 'session_by_token', lookup('sessions.id')),
    byPublicId: nameStatement<SessionPersonRecord>(database, 'session_by_id', lookup('sessions.public_id')),
  };
}

/** Sessions of enabled people whose password has not changed since. */
export function liveSessions(db: Executor) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', (join) =>
      join
        .onRef('users.id', '=', 'sessions.user_id')
        .onRef('users.credential_epoch', '=', 'sessions.credential_epoch')
        .on('users.disabled_at', 'is', null),
    );
}

/** Whether a session still has its row, and its person the password and the standing that it began with. */
export async function isSessionLive(db: Executor, publicId: string): Promise<boolean> {
  const row = await liveSessions(db)
    .select('sessions.id')
    .where('sessions.public_id', '=', publicId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Moves the idle limit, never past the absolute one; twenty touches at once write once. */
export async function touchSession(
  db: Executor,
  id: string,
  seenAt: Date,
  expiresAt: Date,
  ifNotSeenSince: Date,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({
      last_seen_at: seenAt,
      expires_at: sql<Date>`least(${expiresAt}::timestamptz, absolute_expires_at)`,
    })
    .where('id', '=', id)
    .where('last_seen_at', '<=', ifNotSeenSince)
    .execute();
}

export async function extendSession(db: Executor, id: string, expiresAt: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ expires_at: sql<Date>`least(${expiresAt}::timestamptz, absolute_expires_at)` })
    .where('id', '=', id)
    .execute();
}

/** A person's live sessions, newest first. */
export async function listSessions(
  db: Executor,
  userId: string,
  page: { before: string | undefined; limit: number; now: Date },
) {
  return liveSessions(db)
    .select(SESSION_COLUMNS)
    .where('sessions.user_id', '=', userId)
    .where('sessions.expires_at', '>', page.now)
    .$if(page.before !== undefined, (query) => query.where('sessions.public_id', '<', page.before as string))
    .orderBy('sessions.public_id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Ends one session of this person. @returns whether there was one */
export async function deleteSession(db: Executor, userId: string, publicId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('public_id', '=', publicId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Ends all sessions of a person but the one named. @returns how many were ended */
export async function deleteSessions(db: Executor, userId: string, exceptPublicId?: string): Promise<number> {
  const result = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .$if(exceptPublicId !== undefined, (query) => query.where('public_id', '<>', exceptPublicId as string))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Carries a session over a change of its person's password. */
export async function carrySessionOver(
  db: Executor,
  publicId: string,
  credentialEpoch: number,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ credential_epoch: credentialEpoch })
    .where('public_id', '=', publicId)
    .execute();
}

/** What a rotation found and left behind. */
export interface RefreshState {
  sessionId: string;
  userId: string;
  generation: number;
  rotatedAt: Date;
  expiresAt: Date;
  absoluteExpiresAt: Date;
}

/** A refresh token that was presented, and what its use moves. */
export interface RefreshAttempt {
  publicId: string;
  userId: string;
  generation: number;
  now: Date;
  /** A rotation after this one is still forgiven. */
  graceSince: Date;
  refreshExpiresAt: Date;
  idleExpiresAt: Date;
}

/**
 * Rotates a refresh token in one statement: the current generation moves one on; the one before
 * it, within the grace, finds the current one; anything else finds nothing.
 */
export function rotateRefresh(db: Executor, attempt: RefreshAttempt): Promise<RefreshState | undefined> {
  const isCurrent = sql<boolean>`sessions.refresh_generation = ${attempt.generation}`;
  return takeRefresh(db, attempt, {
    refresh_generation: sql<number>`refresh_generation + (case when ${isCurrent} then 1 else 0 end)`,
    refresh_rotated_at: sql<Date>`case when ${isCurrent} then ${attempt.now}::timestamptz else refresh_rotated_at end`,
    refresh_expires_at: sql<Date>`case when ${isCurrent}
      then least(${attempt.refreshExpiresAt}::timestamptz, absolute_expires_at) else refresh_expires_at end`,
  });
}

/** Finds what `rotateRefresh` would, and leaves the token as it is. */
export function keepRefresh(db: Executor, attempt: RefreshAttempt): Promise<RefreshState | undefined> {
  return takeRefresh(db, attempt, {});
}

/** What a rotation sets besides. */
interface Rotation {
  refresh_generation: RawBuilder<number>;
  refresh_rotated_at: RawBuilder<Date>;
  refresh_expires_at: RawBuilder<Date>;
}

async function takeRefresh(
  db: Executor,
  attempt: RefreshAttempt,
  rotation: Rotation | Record<never, never>,
): Promise<RefreshState | undefined> {
  return db
    .updateTable('sessions')
    .from('users')
    .set({
      ...rotation,
      expires_at: sql`least(${attempt.idleExpiresAt}::timestamptz, absolute_expires_at)`,
      last_seen_at: attempt.now,
    })
    .where('sessions.public_id', '=', attempt.publicId)
    .where('sessions.user_id', '=', attempt.userId)
    .whereRef('users.id', '=', 'sessions.user_id')
    .whereRef('users.credential_epoch', '=', 'sessions.credential_epoch')
    .where('users.disabled_at', 'is', null)
    .where('sessions.expires_at', '>', attempt.now)
    .where('sessions.refresh_expires_at', '>', attempt.now)
    .where((where) =>
      where.or([
        where('sessions.refresh_generation', '=', attempt.generation),
        where.and([
          where('sessions.refresh_generation', '=', attempt.generation + 1),
          where('sessions.refresh_rotated_at', '>', attempt.graceSince),
        ]),
      ]),
    )
    .returning([
      'sessions.public_id as sessionId',
      'sessions.user_id as userId',
      'sessions.refresh_generation as generation',
      'sessions.refresh_rotated_at as rotatedAt',
      'sessions.refresh_expires_at as expiresAt',
      'sessions.absolute_expires_at as absoluteExpiresAt',
    ])
    .executeTakeFirst();
}

/** Ends a session whose refresh token of an older generation came back. @returns whose it was */
export async function deleteSessionOfReusedRefresh(
  db: Executor,
  publicId: string,
  generation: number,
): Promise<string | undefined> {
  const row = await db
    .deleteFrom('sessions')
    .where('public_id', '=', publicId)
    .where('refresh_generation', '>', generation)
    .returning('user_id')
    .executeTakeFirst();
  return row?.user_id;
}
