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
 * Makes a picture the person's own, in place of the one before. Keeping it takes longer than a transaction
 * should, so a promise to discard it is written first: were the server killed before the profile shows it,
 * the picture would go an hour later.
 * @throws DomainError `INVALID_INPUT` on `data`, `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`
 */
export async function setAvatar(
  services: Services,
  caller: PersonCaller,
  { data }: SetAvatarInput,
): Promise<Profile> {
  const { userId } = caller.principal;
  await services.limits.charge(caller, 'picture', userId);
  // In a line of one's own: many of one person's would take all the places that pictures can wait in.
  return services.turns.run(`avatar of ${userId}`, () => keepAvatar(services, userId, data));
}

async function keepAvatar(services: Services, userId: string, data: string): Promise<Profile> {
  const webp = await services.pictures.toAvatar(decodePicture(data));
  const name = newAvatarName();
  await services.database.transact((trx) =>
    enqueueDiscard(trx, { userId, name }, new Date(Date.now() + HOUR)),
  );
  await services.avatars.write(name, webp);
  return services.database.transact((trx) => showAvatar(trx, services, userId, name));
}

/** Leaves the person without a picture; without one it changes nothing. */
export function removeAvatar(trx: Trx, services: Services, { principal }: PersonCaller): Promise<Profile> {
  return showAvatar(trx, services, principal.userId, null);
}

// The row's lock makes two changes at once follow each other, so that each discards what it replaces.
async function showAvatar(
  trx: Trx,
  services: Services,
  userId: string,
  avatar: string | null,
): Promise<Profile> {
  const before = await lockAvatar(trx, userId);
  await updateProfile(trx, userId, { avatar });
  if (before) await enqueueDiscard(trx, { userId, name: before });
  const person = await findPerson(trx, userId);
  // The account went while its picture was being kept.
  if (person === undefined) throw new DomainError('UNAUTHENTICATED');
  return presentProfile(services, person);
}
