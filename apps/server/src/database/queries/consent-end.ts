import { sql } from 'kysely';

/**
 * When a consent ends by itself, if it does: at its own end, or when the version of the notice that was agreed to is
 * withdrawn, whichever comes first. For queries that call `consents` `consent`, and that version `agreed`.
 */
export const CONSENT_END = sql<Date | null>`least(consent.expires_at, agreed.withdrawn_at)`;
