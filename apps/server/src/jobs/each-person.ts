import type { Database, Executor, Trx } from '../database/connection.ts';
import type { PeoplePage } from '../database/queries/endings.queries.ts';
import type { JobLog } from './job-log.ts';

/** So many are looked up at once. */
const PEOPLE = 10_000;

export interface EachPersonDeps {
  database: Database;
  log: JobLog;
}

/** What is to be done, and for whom. */
export interface PersonWork {
  /** For the log, such as `the ends of a person`. */
  name: string;
  list(db: Executor, page: PeoplePage): Promise<string[]>;
  run(trx: Trx, personId: string): Promise<void>;
}

/**
 * Runs work for each person who has some, one after the other and each in a transaction of their own. One person's
 * failure is logged, and holds up nobody else. It stops early when the process does; the next run goes on.
 * @throws when it failed for somebody, so that it is tried again
 */
export async function forEachPerson(
  { database, log }: EachPersonDeps,
  { name, list, run }: PersonWork,
  signal: AbortSignal,
): Promise<void> {
  let failed = 0;
  for await (const personId of people(database, list)) {
    if (signal.aborted) return;
    try {
      await database.transact((trx) => run(trx, personId));
    } catch (error) {
      failed += 1;
      log.warn({ err: error, personId }, `${name} failed`);
    }
  }
  if (failed > 0) throw new Error(`${name} failed for ${failed} of the people.`);
}

// By their ids, so that those for whom it failed are not looked up again and again.
async function* people({ kysely }: Database, list: PersonWork['list']): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const page: string[] = await list(kysely, { now: new Date(), after, limit: PEOPLE });
    yield* page;
    after = page.length < PEOPLE ? undefined : page.at(-1);
  } while (after !== undefined);
}
