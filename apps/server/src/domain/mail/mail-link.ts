import type { Trx } from '../../database/connection.ts';
import type { MailTokenPurpose } from '../../database/tables.ts';
import { issueMailToken, MAIL_TOKEN_HOURS } from './mail-tokens.ts';

const PAGES: Record<MailTokenPurpose, string> = {
  verify_email: 'verify-email',
  reset_password: 'reset-password',
  change_email: 'confirm-email',
  accept_invitation: 'accept-invitation',
};

/** Makes a token and the link with it. */
export async function makeLink(trx: Trx, publicUrl: string, subject: Parameters<typeof issueMailToken>[1]) {
  const token = await issueMailToken(trx, subject);
  return {
    link: `${publicUrl}/account/${PAGES[subject.purpose]}?token=${token}`,
    hours: MAIL_TOKEN_HOURS[subject.purpose],
  };
}
