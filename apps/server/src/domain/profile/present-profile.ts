import type { Profile } from '@truconn/contract';
import { type PersonRecord, toUser } from '../../database/queries/person-columns.ts';
import type { Services } from '../services.ts';
import { avatarAddress } from './avatar-name.ts';

/** The account with its profile; the picture as an address that browsers can open. */
export function presentProfile({ publicUrl }: Pick<Services, 'publicUrl'>, person: PersonRecord): Profile {
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
