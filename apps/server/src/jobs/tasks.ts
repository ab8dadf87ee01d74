import { SEND_MAIL } from '../domain/mail/mail-job.ts';
import { DISCARD_AVATAR } from '../domain/profile/discard-avatar.ts';
import { createDiscardAvatar, type DiscardAvatarDeps } from './discard-avatar.ts';
import type { EachPersonDeps } from './each-person.ts';
import type { JobTask } from './job-task.ts';
import { createSendMail, type SendMailDeps } from './send-mail.ts';
import { createSettleEnds, createTellEnds, SETTLE_ENDS, TELL_ENDS } from './settle-ends.ts';

/** What the tasks work with. */
export type TaskDeps = SendMailDeps & DiscardAvatarDeps & EachPersonDeps;

/** Every task by the name that its jobs are enqueued under. */
export function createTasks(deps: TaskDeps): Record<string, JobTask> {
  return {
    [SEND_MAIL]: createSendMail(deps),
    [DISCARD_AVATAR]: createDiscardAvatar(deps),
    [SETTLE_ENDS]: createSettleEnds(deps),
    [TELL_ENDS]: createTellEnds(deps),
  };
}
