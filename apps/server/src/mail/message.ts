import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './mailer.ts';
import { renderMail } from './render.ts';

/** What a message needs of the settings. */
export interface Sender {
  mailFrom: string;
  publicUrl: string;
}

/**
 * The message as nodemailer takes it. Its Message-ID follows from the job, so that a mail that was sent, and
 * then sent again because the sender was killed before it could remember, is one mail to the receiver.
 */
export function buildMessage(mail: OutgoingMail, { mailFrom, publicUrl }: Sender): SendMailOptions {
  const { subject, text, html } = renderMail(mail, publicUrl);
  return {
    from: mailFrom,
    to: { name: '', address: mail.to },
    subject,
    text: plainPart(text),
    html,
    date: new Date(mail.askedAt),
    messageId: messageIdOf(mail, mailFrom),
    headers: {
      // RFC 3834: no vacation notes and no other robots' answers.
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.language,
    },
    // Templates are ours and hold no files; nothing that a person typed may name one.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

// Job ids begin at 1 in each installation: with the moment, the id meets no other mail's.
function messageIdOf({ jobId, askedAt }: OutgoingMail, mailFrom: string): string {
  const domain = domainToASCII(mailFrom.replace(/>$/, '').split('@').at(-1) ?? '');
  const hash = createHash('sha256').update(`${jobId}\n${askedAt}`).digest('hex').slice(0, 32);
  return `<${hash}@${domain}>`;
}

// nodemailer folds every part with a line over 76 characters, and a link may be longer. RFC 5322 2.1.1 allows
// 998, so plain ASCII goes as it is: who reads the .eml file finds the link whole.
function plainPart(text: string): SendMailOptions['text'] {
  if (!/^[\n -~]*$/.test(text) || text.split('\n').some((line) => line.length > 998)) return text;
  const head = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n';
  return { raw: head + text.replaceAll('\n', '\r\n') };
}
