import type { LedgerEntry, Page, PageInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { listLedgerEntries } from '../../database/queries/ledger.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { listPage, numberKey } from '../paging.ts';

/** The caller's own ledger, oldest first, so that the pages joined together are the chain. */
export function listOwnLedger(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<LedgerEntry>> {
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listLedgerEntries(db, principal.userId, { after, limit }),
    keyOf: (entry) => entry.seq,
    present: (entry) => entry,
  });
}
