import type {
  ApplyAsOfficerInput,
  MailPreferences,
  MailPreferencesInput,
  OfficerApplication,
  PersonRecord,
  Profile,
  ProfileUpdateInput,
  SetAvatarInput,
  SetRecordInput,
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
  /** What the person keeps for the categories whose fields are not the profile's. */
  records: RecordsApi;
  /** Which mails the person gets. */
  mailPreferences: MailPreferencesApi;
}

/**
 * Which mails the person gets. What guards the account is mailed whatever they say: a new password or address, and
 * each access that is opened in their name.
 */
export interface MailPreferencesApi {
  /**
   * Answers what the person gets mails about: everything, until they say otherwise.
   * @example
   * const { requests, decisions, endings } = await truconn.profile.mailPreferences.get();
   */
  get(input?: undefined, options?: CallOptions): Promise<MailPreferences>;
  /**
   * Changes what is given and leaves the rest. It holds for mails that wait to be sent, too.
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * await truconn.profile.mailPreferences.set({ requests: false });
   */
  set(input: MailPreferencesInput, options?: MutationOptions): Promise<MailPreferences>;
}

/**
 * A person's own records: one for each category whose fields do not come from the profile. They are encrypted where they
 * are kept, with a key of the person's own.
 */
export interface RecordsApi {
  /**
   * Answers the person's record of a category; `data` is `null` where there is none.
   * @throws TruConnError `NOT_FOUND` for an unknown category, `INVALID_INPUT` on `categoryId` for one whose fields are
   *   the profile's
   * @example
   * const { data, updatedAt } = await truconn.profile.records.get({ categoryId: 4 });
   */
  get(input: { categoryId: number }, options?: CallOptions): Promise<PersonRecord>;
  /**
   * Writes the person's record of a category in place of the one before; `data: null` removes it. What the category's
   * schema does not allow is refused, and each path that is wrong is a field of the error, such as
   * `data.allergies.0`.
   * @throws TruConnError `NOT_FOUND` for an unknown category, `INVALID_INPUT`, `PAYLOAD_TOO_LARGE` for more than 65,536
   *   bytes, `RATE_LIMITED`
   * @example
   * await truconn.profile.records.set({
   *   categoryId: 4,
   *   data: { bloodGroup: 'A+', allergies: ['Penicillin'] },
   * });
   */
  set(input: SetRecordInput, options?: MutationOptions): Promise<PersonRecord>;
}
