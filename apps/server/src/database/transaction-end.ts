import type { Trx } from './connection.ts';
import {
  insertOrganizationEvents,
  type NewOrganizationEvent,
} from './queries/organization-events.queries.ts';
import type { Topic } from './topics.ts';

interface Ending {
  events: NewOrganizationEvent[];
  topics: Set<Topic>;
}

const endings = new WeakMap<Trx, Ending>();

/**
 * Runs the work of one transaction, and last of all writes the events that it noted: the heads of organizations
 * are shared by many people, and so are locked for no longer than the commit takes.
 * @returns what the work came to, and the topics to announce once it is committed
 */
export async function runToEnd<Result>(
  trx: Trx,
  work: (trx: Trx) => Promise<Result>,
): Promise<{ result: Result; topics: Set<Topic> }> {
  const ending: Ending = { events: [], topics: new Set() };
  endings.set(trx, ending);
  const result = await work(trx);
  await insertOrganizationEvents(trx, ending.events);
  return { result, topics: ending.topics };
}

/** Notes that a person's ledger has a new entry: who watches it is told after the commit. */
export function notePersonEvent(trx: Trx, personId: string): void {
  endingOf(trx).topics.add(`person:${personId}`);
}

/** Notes an event of an organization: it is written as the last step of this transaction, and then told. */
export function noteOrganizationEvent(trx: Trx, event: NewOrganizationEvent): void {
  const { events, topics } = endingOf(trx);
  events.push(event);
  topics.add(`organization:${event.organizationId}`);
}

function endingOf(trx: Trx): Ending {
  const ending = endings.get(trx);
  // An event that is never written would be one that a watcher never hears of.
  if (ending === undefined) throw new Error('Only transactions of `Database.transact` can note events.');
  return ending;
}
