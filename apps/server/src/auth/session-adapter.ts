import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import type { DatabaseSession, DatabaseUser } from 'lucia';
import type { Database } from '../database/connection.ts';
import { nameSessionInsert } from '../database/queries/auth.queries.ts';
import {
  extendSession,
  nameSessionLookups,
  type SessionPersonRecord,
} from '../database/queries/sessions.queries.ts';
import { DomainError } from '../domain/domain-error.ts';

const TOKEN_HASH = /^[0-9a-f]{64}$/;
const HOUR = 3_600_000;

/**
 * Lucia's PostgreSQL adapter with three differences: session and person come from one named join
 * (the adapter's own two reads cost more than twice as much), a session is written together with its
 * line of the audit log, and it is never extended past its absolute end.
 */
export class SessionAdapter extends NodePostgresAdapter {
  readonly #database: Database;
  readonly #lookups: ReturnType<typeof nameSessionLookups>;
  readonly #insert: ReturnType<typeof nameSessionInsert>;

  constructor(database: Database) {
    super(database.pool, { user: 'users', session: 'sessions' });
    this.#database = database;
    this.#lookups = nameSessionLookups(database);
    this.#insert = nameSessionInsert(database);
  }

  /**
   * @param id the SHA-256 of the opaque token, or the id that people and JWTs know
   * @throws DomainError `SESSION_EXPIRED` for a session past its end that still has its row
   */
  override async getSessionAndUser(
    id: string,
  ): Promise<[session: DatabaseSession | null, user: DatabaseUser | null]> {
    const lookup = TOKEN_HASH.test(id) ? this.#lookups.byTokenHash : this.#lookups.byPublicId;
    const [record] = await lookup.run([id]);
    if (record === undefined) return [null, null];
    if (record.expiresAt.getTime() <= Date.now()) throw new DomainError('SESSION_EXPIRED');
    return [
      { id: record.tokenHash, userId: record.id, expiresAt: expiryForLucia(record), attributes: record },
      { id: record.id, attributes: record },
    ];
  }

  /** Its own would spread the attributes' keys into the statement, and knows no audit log. */
  override async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    if (!('auditEvent' in attributes)) throw new TypeError('A session is opened with its audit event.');
    const { auditEvent, ...columns } = attributes;
    await this.#insert({ ...columns, id, user_id: userId, expires_at: expiresAt }, auditEvent);
  }

  override async updateSessionExpiration(id: string, expiresAt: Date): Promise<void> {
    await extendSession(this.#database.kysely, id, expiresAt);
  }
}

// A session that cannot be extended looks fresh to Lucia: it would otherwise write on every request
// of the last week and report an end past the limit.
function expiryForLucia(record: SessionPersonRecord): Date {
  const atItsLimit = record.expiresAt.getTime() >= record.absoluteExpiresAt.getTime();
  return atItsLimit ? new Date(Date.now() + 1_000 * HOUR) : record.expiresAt;
}
