import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { composeMail } from '../domain/mail/compose-mail.ts';
import type { MailJob } from '../domain/mail/mail-job.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { JobLog } from './job-log.ts';
import { type JobTask, parsePayload } from './job-task.ts';

type SendMailPayload = MailJob & { askedAt: string };

const id = z.string().max(64);
const address = z.string().max(320);
const asked = { askedAt: z.iso.datetime() };
const changeOfEmail = { userId: id, oldEmail: address, newEmail: address, ...asked };

const payloadSchema: z.ZodType<SendMailPayload> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verify_email'), userId: id, ...asked }),
  z.object({ kind: z.literal('reset_password'), email: address, requestId: id, ...asked }),
  z.object({
    kind: z.literal('change_email'),
    userId: id,
    newEmail: address,
    credentialEpoch: z.int(),
    ...asked,
  }),
  z.object({ kind: z.literal('email_change_asked'), ...changeOfEmail }),
  z.object({ kind: z.literal('email_changed'), ...changeOfEmail }),
  z.object({ kind: z.literal('password_changed'), userId: id, ...asked }),
  z.object({ kind: z.literal('accept_invitation'), invitationId: id, ...asked }),
  z.object({ kind: z.literal('officer_application_decided'), applicationId: id, ...asked }),
]);

export interface SendMailDeps {
  database: Database;
  publicUrl: string;
  mailer: Mailer;
  log: JobLog;
  /** Called for each mail that a server refused for good. */
  countRefused: () => void;
}

/** Composes a mail now, from what is true now, and sends it. */
export function createSendMail({ database, publicUrl, mailer, log, countRefused }: SendMailDeps): JobTask {
  return async (payload, { jobId, signal }) => {
    const job = parsePayload(payloadSchema, payload);
    const mail = await composeMail({ database, publicUrl }, job);
    if (mail === undefined) return;
    const { refusedWith } = await mailer.send({ ...mail, jobId, askedAt: job.askedAt }, signal);
    if (refusedWith === undefined) return;
    // Trying again would annoy a server that has said no, and with many of them cost us our good name.
    countRefused();
    log.warn({ jobId, kind: job.kind, smtpStatus: refusedWith }, 'a mail was refused for good');
  };
}
