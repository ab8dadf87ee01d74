import type { LedgerEntry, WatchInput } from '@truconn/contract';
import { listLedgerEntries } from '../../database/queries/ledger.queries.ts';
import { findLedgerRange } from '../../database/queries/live.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { startWatch, type Watch } from '../live/start-watch.ts';
import type { Services } from '../services.ts';

/**
 * The entries of the caller's own ledger, as they are committed.
 * @throws DomainError `INVALID_INPUT` on `lastEventId`; `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`
 */
export function watchOwnLedger(
  { live, database }: Pick<Services, 'live' | 'database'>,
  { principal }: PersonCaller,
  input: WatchInput | undefined,
): Promise<Watch<LedgerEntry>> {
  const { userId, sessionId: id } = principal;
  return startWatch(
    live,
    { kind: 'session', id, holderId: userId, organizationId: null },
    {
      topic: `person:${userId}`,
      range: () => findLedgerRange(database.kysely, userId),
      read: (page) => listLedgerEntries(database.kysely, userId, page),
    },
    input,
  );
}
