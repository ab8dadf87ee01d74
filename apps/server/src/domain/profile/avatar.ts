import type { Profile, SetAvatarInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { lockAvatar, updateProfile } from '../../database/queries/profile.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';
import { newAvatarName } from './avatar-name.ts';
import { decodePicture } from './decode-picture.ts';
import { enqueueDiscard } from './discard-avatar.ts';
import { presentProfile } from './present-profile.ts';

const HOUR = 3_600_000;

/**
 * Makes a picture the person's own, in place of the one before.
 * @throws DomainError `INVALID_INPUT` on `data`, `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`
 */
export function setAvatar(
  services: Services,
  caller: PersonCaller,
  { data }: SetAvatarInput,
): Promise<Profile> {
  const { userId } = caller.principal;
  return keepAvatar(services, caller, { data, field: 'data' }, (trx, name) =>
    showAvatar(trx, services, userId, name),
  );
}

/**
 * Keeps a picture, and shows it in a transaction. Keeping it takes longer than a transaction should, so a
 * promise to discard it is written first: were the server killed before the profile shows it, or failed the
 * transaction, the picture would go an hour later.
 * @param picture a file in base64, and the input's name, for the error
 * @param show makes the picture of this name the person's own
 * @throws DomainError `INVALID_INPUT` on the field, `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`
 */
export async function keepAvatar<Result>(
  services: Services,
  caller: PersonCaller,
  { data, field }: { data: string; field: string },
  show: (trx: Trx, name: string) => Promise<Result>,
): Promise<Result> {
  const { userId } = caller.principal;
  await services.limits.charge(caller, 'picture', userId);
  return changeInTurn(services, caller, async () => {
    const webp = await services.pictures.toAvatar(decodePicture(data, field), field);
    const name = newAvatarName();
    await enqueueDiscard(services.database.kysely, { userId, name }, new Date(Date.now() + HOUR));
    await services.avatars.write(name, webp);
    return services.database.transact((trx) => show(trx, name));
  });
}

/** Leaves the person without a picture; without one it changes nothing. */
export function removeAvatar(trx: Trx, services: Services, { principal }: PersonCaller): Promise<Profile> {
  return showAvatar(trx, services, principal.userId, null);
}

async function showAvatar(
  trx: Trx,
  services: Services,
  userId: string,
  avatar: string | null,
): Promise<Profile> {
  await replaceAvatar(trx, userId, avatar);
  const person = await findPerson(trx, userId);
  // The account went while its picture was being kept.
  if (person === undefined) throw new DomainError('UNAUTHENTICATED');
  return presentProfile(services, person);
}

/**
 * Changes a profile in its person's own line: many at once would take all the places that pictures can wait in,
 * or all the connections while they wait for one lock.
 */
export function changeInTurn<Result>(
  { turns }: Pick<Services, 'turns'>,
  { principal }: PersonCaller,
  change: () => Promise<Result>,
): Promise<Result> {
  return turns.run(`profile of ${principal.userId}`, change);
}

/**
 * Lets a profile show another picture, or none. The row's lock makes two changes at once follow each other, so
 * that each discards what it replaces.
 * @param avatar the name of a picture that is kept
 */
export async function replaceAvatar(trx: Trx, userId: string, avatar: string | null): Promise<void> {
  const before = await lockAvatar(trx, userId);
  await updateProfile(trx, userId, { avatar });
  if (before) await enqueueDiscard(trx, { userId, name: before });
}
