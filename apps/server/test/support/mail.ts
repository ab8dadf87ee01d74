import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Language } from '@truconn/contract';
import PostalMime, { type Email } from 'postal-mime';
import type { MailContent } from '../../src/domain/mail/mail-content.ts';
import { en } from '../../src/mail/templates/en.ts';
import { gu } from '../../src/mail/templates/gu.ts';
import { hi } from '../../src/mail/templates/hi.ts';
import type { MailWords } from '../../src/mail/templates/mail-words.ts';
import { MAIL_SAMPLES } from './mail-samples.ts';

/** A mail as a mail program shows it. */
export interface ReceivedMail {
  from: string;
  /** Addresses without names. */
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** By lower-case name. */
  headers: Map<string, string>;
  /** The message as it was sent. */
  raw: string;
}

export type MailKind = MailContent['template'];

export interface MailFilter {
  kind?: MailKind;
  subject?: string | RegExp;
}

/** Takes a message apart as a mail program does. */
export async function parseMail(raw: Buffer | string): Promise<ReceivedMail> {
  const email: Email = await PostalMime.parse(raw);
  return {
    from: email.from?.address ?? '',
    to: (email.to ?? []).flatMap(({ address }) => address ?? []),
    subject: email.subject ?? '',
    text: (email.text ?? '').replaceAll('\r\n', '\n'),
    html: email.html ?? '',
    messageId: email.messageId ?? '',
    headers: new Map(email.headers.map(({ key, value }) => [key, value])),
    raw: raw.toString(),
  };
}

const byTime = new Intl.Collator('en', { numeric: true });

/** The mails in an outbox, those asked for first at the head; none where there is no outbox yet. */
export async function readOutbox(dataDir: string): Promise<ReceivedMail[]> {
  const outbox = path.join(dataDir, 'outbox');
  const names = (await readdir(outbox).catch((): string[] => [])).filter((name) => name.endsWith('.eml'));
  names.sort(byTime.compare);
  return Promise.all(names.map(async (name) => parseMail(await readFile(path.join(outbox, name)))));
}

/** Whether a mail is to this address and of this kind, in any language. */
export function isMailTo(mail: ReceivedMail, email: string, { kind, subject }: MailFilter): boolean {
  if (!mail.to.includes(email)) return false;
  if (kind !== undefined && !subjectsOf(kind).includes(mail.subject)) return false;
  return (
    subject === undefined ||
    (subject instanceof RegExp ? subject.test(mail.subject) : mail.subject === subject)
  );
}

const LANGUAGES: Record<Language, typeof en> = { en, hi, gu };

function subjectsOf(kind: MailKind): string[] {
  return Object.values(LANGUAGES).map(({ templates }) => {
    // The compiler cannot see that a kind's sample is what its template takes. Subjects depend on nothing in it.
    const write = templates[kind] as (content: object) => MailWords;
    return write(MAIL_SAMPLES[kind]).subject;
  });
}
