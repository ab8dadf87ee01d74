import type { Executor } from '../../database/connection.ts';
import { enqueueJob } from '../../database/queries/jobs.queries.ts';
import { hasAvatar } from '../../database/queries/profile.queries.ts';
import type { Services } from '../services.ts';

/** A picture that is to go unless its person's profile shows it. */
export interface AvatarDiscard {
  userId: string;
  name: string;
}

/** The job runner's name for it. */
export const DISCARD_AVATAR = 'discard_avatar';

// With the runner's growing delays the last try is some days after the first: a store may be down for long.
const MAX_ATTEMPTS = 25;

/** Promises that a picture goes, in the transaction that causes it, or on the pool before there is one. */
export async function enqueueDiscard(db: Executor, discard: AvatarDiscard, runAt?: Date): Promise<void> {
  const options = { maxAttempts: MAX_ATTEMPTS, ...(runAt && { runAt }) };
  await enqueueJob(db, DISCARD_AVATAR, discard, options);
}

/**
 * Removes a picture that its person's profile does not show. May run any number of times.
 * @throws StorageError
 */
export async function discardAvatar(
  { database, avatars }: Pick<Services, 'database' | 'avatars'>,
  { userId, name }: AvatarDiscard,
): Promise<void> {
  if (await hasAvatar(database.kysely, userId, name)) return;
  await avatars.remove(name);
}
