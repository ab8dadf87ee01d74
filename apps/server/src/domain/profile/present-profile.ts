import type { PersonRecord } from '../../database/queries/person-columns.ts';
import { toUser } from '../auth/present-user.ts';
import type { NumberedProfile } from '../numbered.ts';
import type { Services } from '../services.ts';
import { avatarAddress } from './avatar-name.ts';

/** The account with its profile; the picture as an address that browsers can open. */
export function presentProfile(
  { publicUrl }: Pick<Services, 'publicUrl'>,
  person: PersonRecord,
): NumberedProfile {
  const { bio, avatar, mobile, address, location, url } = person;
  return {
    ...toUser(person),
    bio,
    avatar: avatar === null ? null : avatarAddress(publicUrl, avatar),
    mobile,
    address,
    location,
    url,
  };
}
