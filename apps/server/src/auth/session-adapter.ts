import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import type { DatabaseSession, DatabaseUser } from 'lucia';
import type { Database } from '../database/connection.ts';
import {
  extendSession,
  nameSessionLookups,
  type SessionPersonRecord,
} from '../database/queries/sessions.queries.ts';
import { DomainError } from '../domain/domain-error.ts';

const TOKEN_HASH = /^[0-9a-f]{64}$/;
const HOUR = 3_600_000;

/**
 * Lucia's PostgreSQL adapter with two differences: session and person come from one named join
 * (the adapter's own two reads cost more than twice as much), and a session is never extended
 * past its absolute end.
 */
export class SessionAdapter extends NodePostgresAdapter {
  readonly #database: Database;
  readonly #lookups: ReturnType<typeof nameSessionLookups>;

  constructor(database: Database) {
    super(database.pool, { user: 'users', session: 'sessions' });
    this.#database = database;
    this.#lookups = nameSessionLookups(database);
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
