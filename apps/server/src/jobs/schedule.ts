import { type ParsedCronItem, parseCronItems } from 'graphile-worker';
import { SETTLE_ENDS, TELL_ENDS } from './settle-ends.ts';

/**
 * What is run by the clock. Every runner enqueues it, and it is one job: one run at a time over all of them, and one
 * more waiting at most. What was missed while none ran is not made up for: the next run does it all.
 */
export function createSchedule(): ParsedCronItem[] {
  return parseCronItems([every('* * * * *', SETTLE_ENDS), every('*/10 * * * *', TELL_ENDS)]);
}

function every(match: string, task: string) {
  return {
    task,
    match,
    options: { backfillPeriod: 0, jobKey: task, queueName: task },
  };
}
