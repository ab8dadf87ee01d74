import type { LedgerEntry, Page, PageInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { listLedgerEntries } from '../../database/queries/ledger.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { numberKey, pageBounds, toPage } from '../paging.ts';

/** The caller's own ledger, oldest first, so that the pages joined together are the chain. */
export async function listOwnLedger(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<LedgerEntry>> {
  const bounds = pageBounds(input, numberKey);
  const entries = await listLedgerEntries(db, principal.userId, {
    after: bounds.after ?? 0,
    limit: bounds.limit + 1,
  });
  return toPage(
    entries,
    bounds,
    numberKey,
    (entry) => entry.seq,
    (entry) => entry,
  );
}
