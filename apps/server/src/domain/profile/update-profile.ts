import { canonicalUsername, type ProfileUpdateInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { lockEnabledUser } from '../../database/queries/credentials.queries.ts';
import { updateProfile, updateUser } from '../../database/queries/profile.queries.ts';
import { requireOwnUsername } from '../auth/create-account.ts';
import { translateTaken } from '../auth/taken.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { NumberedProfile } from '../numbered.ts';
import type { Services } from '../services.ts';
import { presentProfile } from './present-profile.ts';

/**
 * Changes what is given and leaves the rest; `null` clears. The allow-list is the type: no role, no id.
 * @throws DomainError `INVALID_INPUT`, `USERNAME_TAKEN`
 */
export async function updateOwnProfile(
  trx: Trx,
  services: Services,
  { principal }: PersonCaller,
  input: ProfileUpdateInput,
): Promise<NumberedProfile> {
  const { username, firstName, lastName, language, bio, mobile, address, location, url } = input;
  await updateUser(
    trx,
    principal.userId,
    given({
      ...(await usernameChange(trx, principal.userId, username)),
      first_name: firstName,
      last_name: lastName,
    }),
  ).catch(translateTaken);
  await updateProfile(trx, principal.userId, given({ language, bio, mobile, address, location, url }));
  const person = await findPerson(trx, principal.userId);
  if (person === undefined) throw new Error('unreachable: the session belongs to this person');
  return presentProfile(services, person);
}

// Judged against the address as it is under the lock: it may be changing at this moment.
async function usernameChange(trx: Trx, userId: string, username: string | undefined) {
  if (username === undefined) return {};
  const account = await lockEnabledUser(trx, userId);
  if (account === undefined) throw new DomainError('UNAUTHENTICATED');
  requireOwnUsername(username, account.email);
  return { username, username_canonical: canonicalUsername(username) };
}

type Given<Changes> = { [Key in keyof Changes]?: Exclude<Changes[Key], undefined> };

function given<Changes extends object>(changes: Changes): Given<Changes> {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Given<Changes>; // what fromEntries cannot know: the keys are those of `changes`
}
