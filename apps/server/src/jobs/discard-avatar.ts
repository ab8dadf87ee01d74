import { z } from 'zod';
import { type AvatarDiscard, discardAvatar } from '../domain/profile/discard-avatar.ts';
import type { Services } from '../domain/services.ts';
import { type JobTask, parsePayload } from './job-task.ts';

const payloadSchema: z.ZodType<AvatarDiscard> = z.object({
  userId: z.uuid(),
  name: z.string().max(64),
});

export type DiscardAvatarDeps = Pick<Services, 'database' | 'avatars'>;

/** Removes a picture that no profile shows any more. */
export function createDiscardAvatar(deps: DiscardAvatarDeps): JobTask {
  return (payload) => discardAvatar(deps, parsePayload(payloadSchema, payload));
}
