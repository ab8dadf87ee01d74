import type {
  ApplyAsOfficerInput,
  OfficerApplication,
  Profile,
  ProfileUpdateInput,
  SetAvatarInput,
} from '@truconn/contract';
import type { CallOptions, MutationOptions } from './calls.ts';

/** What a person says about themselves. */
export interface ProfileApi {
  get(input?: undefined, options?: CallOptions): Promise<Profile>;
  update(input: ProfileUpdateInput, options?: MutationOptions): Promise<Profile>;
  setAvatar(input: SetAvatarInput, options?: MutationOptions): Promise<Profile>;
  removeAvatar(input?: undefined, options?: MutationOptions): Promise<Profile>;
  applyAsOfficer(input?: ApplyAsOfficerInput, options?: MutationOptions): Promise<OfficerApplication>;
  officerApplication(input?: undefined, options?: CallOptions): Promise<OfficerApplication | null>;
}
