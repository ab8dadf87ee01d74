import type { Database } from '../../database/connection.ts';
import { type ImportOutcome, importUsers } from '../../domain/auth/import-users.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Entry } from './entry.ts';
import type { Progress, Tally } from './progress.ts';
import { type AccountEntry, readAccount } from './read-account.ts';

/** Accounts of one transaction. */
const BATCH_SIZE = 500;

interface ImportOptions {
  database: Database;
  caller: Caller;
  entries: AsyncIterable<Entry>;
  /** Is counted up, and right at every moment: what it counts as imported is committed. */
  tally: Tally;
  progress: Progress;
  /** Told of each line that is refused. */
  refuse: (line: number, reason: string) => void;
  /** Told of each line whose account was there already; an earlier line may have made it. */
  tellAlreadyThere: (line: number) => void;
  /** Ends the import after the batch under way. */
  signal: AbortSignal;
}

/** Imports what can be imported, batch by batch, and holds one batch in memory. */
export async function importEntries({ entries, signal, ...options }: ImportOptions): Promise<void> {
  const refuse = (line: number, reason: string) => {
    options.tally.refused += 1;
    options.refuse(line, reason);
  };
  let batch: AccountEntry[] = [];
  for await (const entry of entries) {
    if (signal.aborted) return;
    const read = 'problem' in entry ? entry : readAccount(entry);
    if ('problem' in read) refuse(read.line, read.problem);
    else batch.push(read);
    if (batch.length < BATCH_SIZE) continue;
    await importBatch({ ...options, refuse }, batch);
    batch = [];
  }
  if (batch.length > 0) await importBatch({ ...options, refuse }, batch);
}

async function importBatch(
  { database, caller, tally, progress, refuse, tellAlreadyThere }: Omit<ImportOptions, 'entries' | 'signal'>,
  batch: AccountEntry[],
): Promise<void> {
  const users = batch.map(({ user }) => user);
  const outcomes = await database.transact((trx) => importUsers(trx, caller, users));
  const count = (outcome: ImportOutcome) => outcomes.filter((one) => one === outcome).length;
  tally.imported += count('imported');
  tally.alreadyThere += count('already_there');
  for (const [index, { line }] of batch.entries()) {
    if (outcomes[index] === 'username_taken') refuse(line, 'username: Another account has this username.');
    if (outcomes[index] === 'already_there') tellAlreadyThere(line);
  }
  progress.tell(tally);
}
