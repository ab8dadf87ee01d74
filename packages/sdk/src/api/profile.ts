import type {
  ApplyAsOfficerInput,
  OfficerApplication,
  Profile,
  ProfileUpdateInput,
  SetAvatarInput,
} from '@truconn/contract';
import type { CallOptions, MutationOptions } from './calls.ts';

/**
 * What a person says about themselves. All of it is for whoever is signed in: `UNAUTHENTICATED` and
 * `SESSION_EXPIRED` otherwise.
 */
export interface ProfileApi {
  /**
   * Answers the person's profile.
   * @example
   * const { firstName, mobile } = await truconn.profile.get();
   */
  get(input?: undefined, options?: CallOptions): Promise<Profile>;
  /**
   * Changes what is given and leaves the rest; `null` clears. A new e-mail address goes by `auth.changeEmail`.
   * @throws TruConnError `INVALID_INPUT`, `USERNAME_TAKEN`
   * @example
   * await truconn.profile.update({ mobile: '+91 98765 43210', bio: null });
   */
  update(input: ProfileUpdateInput, options?: MutationOptions): Promise<Profile>;
  /**
   * Makes a picture the person's own, in place of the one before. The server makes it anew, without metadata.
   * @param input a PNG, JPEG or WebP file of at most 2 MB, in base64
   * @throws TruConnError `INVALID_INPUT` on `data`, `PAYLOAD_TOO_LARGE`, `RATE_LIMITED`, `OVERLOADED`,
   *   `UNAVAILABLE`
   * @example
   * import { readFile } from 'node:fs/promises';
   *
   * const data = (await readFile('asha.jpg')).toString('base64');
   * const { avatar } = await truconn.profile.setAvatar({ data });
   */
  setAvatar(input: SetAvatarInput, options?: MutationOptions): Promise<Profile>;
  /**
   * Takes the person's picture away; without one it changes nothing.
   * @example
   * await truconn.profile.removeAvatar();
   */
  removeAvatar(input?: undefined, options?: MutationOptions): Promise<Profile>;
  /**
   * Applies for the role OFFICER, which an administrator decides. While an application is open, that one is the
   * answer.
   * @throws TruConnError `INVALID_TRANSITION` for officers and administrators, `INVALID_INPUT`
   * @example
   * const { status } = await truconn.profile.applyAsOfficer({ statement: 'Registrar of Ward 7' });
   */
  applyAsOfficer(input?: ApplyAsOfficerInput, options?: MutationOptions): Promise<OfficerApplication>;
  /**
   * Answers the person's open application, else the one that was decided last, else `null`.
   * @example
   * const application = await truconn.profile.officerApplication();
   * if (application?.status === 'DENIED') console.log(application.reason);
   */
  officerApplication(input?: undefined, options?: CallOptions): Promise<OfficerApplication | null>;
}
