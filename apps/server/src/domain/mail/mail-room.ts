import { DomainError } from '../domain-error.ts';
import type { LimitName, Limits } from '../limits.ts';
import { mailTargetKey } from './mail-target.ts';

/** Under which limit a mail is counted when it is sent: past it, there is no mail. */
export interface MailRoom {
  limit: Extract<LimitName, 'mail_target' | 'access_mail' | 'access_mail_unverified'>;
  key: string;
}

/** For mails to an address that is perhaps a stranger's: as many as whoever causes them may send there. */
export function targetRoom(email: string): MailRoom {
  return { limit: 'mail_target', key: mailTargetKey(email) };
}

/** What a mail about access to data is about. */
export type AccessSubject = 'requests' | 'decisions' | 'endings' | 'openings';

/**
 * For mails about access to data. Each subject has its own room: however often organizations ask, the mail about an
 * access that was opened is sent, and so is the one about a new password.
 */
export function accessRoom(email: string, about: AccessSubject): MailRoom {
  return { limit: 'access_mail', key: `${about}:${mailTargetKey(email)}` };
}

/** The same for an address that nobody has verified: it is perhaps a stranger's, and all subjects share one room. */
export function unverifiedRoom(email: string): MailRoom {
  return { limit: 'access_mail_unverified', key: mailTargetKey(email) };
}

/**
 * Counts a mail that is about to be sent, if there is room for it.
 * @returns whether there is
 * @throws DomainError `UNAVAILABLE`
 */
export async function takeRoom(limits: Limits, { limit, key }: MailRoom): Promise<boolean> {
  try {
    await limits.charge(undefined, limit, key);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'RATE_LIMITED') return false;
    throw error;
  }
}

/** Takes that back: the mail could not be sent. */
export function giveRoomBack(limits: Limits, { limit, key }: MailRoom): Promise<void> {
  return limits.refund(limit, key);
}
