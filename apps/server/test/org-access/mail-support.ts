import { allJobsDone } from '../auth/mail-links.ts';
import { isMailTo, type MailKind, type ReceivedMail } from '../support/mail.ts';
import type { Person, TestApp } from '../support/test-app.ts';

/** The mails about access to data. */
export const ACCESS_MAILS = [
  'access_requested',
  'access_decided',
  'access_allowed',
  'ends_soon',
] as const satisfies MailKind[];

/** Makes somebody's address a verified one, as the link of the first mail does. */
export async function verify(app: TestApp, { user }: Pick<Person, 'user'>): Promise<void> {
  await app.sql('update users set email_verified_at = now() where id = $1', [user.id]);
}

/** What one person was mailed about access to data, oldest first, once no mail waits to be sent. */
export async function accessMailsTo(app: TestApp, person: Pick<Person, 'email'>): Promise<ReceivedMail[]> {
  await allJobsDone(app);
  return (await app.mails()).filter((mail) =>
    ACCESS_MAILS.some((kind) => isMailTo(mail, person.email, { kind })),
  );
}

/** Which mails those are, in the order of their names: those that were asked for at once have no order. */
export async function accessMailKindsTo(app: TestApp, person: Pick<Person, 'email'>): Promise<MailKind[]> {
  const mails = await accessMailsTo(app, person);
  return mails
    .flatMap((mail) => ACCESS_MAILS.filter((kind) => isMailTo(mail, person.email, { kind })))
    .sort();
}

/** A mail's text in one line. */
export function inOneLine(mail: ReceivedMail | undefined): string {
  return (mail?.text ?? '').replace(/\s+/g, ' ');
}
