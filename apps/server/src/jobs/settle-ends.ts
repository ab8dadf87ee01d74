import { listPeoplePastEnds, listPeopleToTell } from '../database/queries/endings.queries.ts';
import { settlePerson } from '../domain/consent/settle-person.ts';
import { tellEnds } from '../domain/consent/tell-ends.ts';
import { type EachPersonDeps, forEachPerson } from './each-person.ts';
import type { JobTask } from './job-task.ts';

/** The runner's name for writing down what has ended. */
export const SETTLE_ENDS = 'settle_ends';
/** The runner's name for telling of what ends soon. */
export const TELL_ENDS = 'tell_ends';

/**
 * Writes down the consents and requests that the clock has ended. Reads, lists and decisions see an end at its
 * moment whether or not this has run: it is for the ledger, and for those who watch.
 */
export function createSettleEnds(deps: EachPersonDeps): JobTask {
  const work = { name: 'writing down what has ended', list: listPeoplePastEnds, run: settlePerson };
  return (_payload, { signal }) => forEachPerson(deps, work, signal);
}

/** Mails people about the consents and accesses of theirs that end soon. */
export function createTellEnds(deps: EachPersonDeps): JobTask {
  const work = { name: 'telling of what ends soon', list: listPeopleToTell, run: tellEnds };
  return (_payload, { signal }) => forEachPerson(deps, work, signal);
}
