import type { CallAnswer, Person, TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

/** Somebody's raw mutation under a key. */
export function callWithKey(
  app: TestApp,
  person: Pick<Person, 'accessToken'>,
  key: string,
  [procedure, input]: [procedure: string, input?: unknown],
): Promise<CallAnswer> {
  const headers = { authorization: `Bearer ${person.accessToken}`, 'idempotency-key': key };
  return app.call(procedure, { input, headers });
}

/** What is kept under a key, whoever it belongs to. */
export async function keptUnder(
  app: TestApp,
  key: string,
): Promise<{ procedure: string; outcome: unknown }[]> {
  return app.sql('select procedure, outcome from idempotency_keys where key = $1 order by procedure', [key]);
}

/** What changes a person's consents waits for this one. */
export const LEDGER = 'ledger_heads where person_id = $1 for update';
/** What changes a person's profile waits for this one; who only refers to it does not. */
export const PROFILE = 'profiles where user_id = $1 for no key update';

/**
 * Holds up whoever needs a row of a person's.
 * @param other the same database seen through another connection than the holding one
 */
export async function hold(row: string, person: Person, app: TestApp, other: TestApp) {
  const waiting = (count: number) =>
    other.sql(
      `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' offset $1`,
      [count - 1],
    );
  // `sql` has one connection, so that these are one transaction.
  await app.sql('begin');
  await app.sql(`select from ${row}`, [person.user.id]);
  return {
    /** Returns when so many transactions wait for a lock. */
    reached: (count: number) => eventually(async () => (await waiting(count)).length > 0),
    letGo: () => app.sql('commit'),
  };
}
