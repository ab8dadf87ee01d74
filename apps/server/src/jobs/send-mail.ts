import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import type { Limits } from '../domain/limits.ts';
import { composeMail } from '../domain/mail/compose-mail.ts';
import { type ComposedMail, DECIDED_ACTIONS } from '../domain/mail/mail-content.ts';
import type { MailJob } from '../domain/mail/mail-job.ts';
import { giveRoomBack, takeRoom } from '../domain/mail/mail-room.ts';
import type { Mailer } from '../mail/mailer.ts';
import { HopelessJobError, type JobTask, parsePayload } from './job-task.ts';

type SendMailPayload = MailJob & { askedAt: string };

const id = z.string().max(64);
const address = z.string().max(320);
const asked = { askedAt: z.iso.datetime() };
const changeOfEmail = {
  userId: id,
  oldEmail: address,
  oldEmailVerified: z.boolean().exactOptional(),
  newEmail: address,
  ...asked,
};

const payloadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verify_email'), userId: id, email: address.exactOptional(), ...asked }),
  z.object({ kind: z.literal('resend_verification'), email: address, ...asked }),
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
  z.object({ kind: z.literal('access_requested'), requestId: id, ...asked }),
  z.object({
    kind: z.literal('access_decided'),
    requestId: id,
    action: z.enum(DECIDED_ACTIONS),
    decidedAt: z.iso.datetime(),
    ...asked,
  }),
  z.object({ kind: z.literal('access_allowed'), requestId: id, allowedAt: z.iso.datetime(), ...asked }),
  z.object({
    kind: z.literal('ends_soon'),
    userId: id,
    consents: z.array(z.int()),
    requests: z.array(id),
    ...asked,
  }),
]) satisfies z.ZodType<SendMailPayload>;

const kindSchema = z.object({ kind: z.string() });
const KINDS = new Set<string>(payloadSchema.options.map(({ shape }) => shape.kind.value));

export interface SendMailDeps {
  database: Database;
  publicUrl: string;
  mailer: Mailer;
  limits: Limits;
}

/** Composes a mail now, from what is true now, and sends it. */
export function createSendMail({ database, publicUrl, mailer, limits }: SendMailDeps): JobTask {
  return async (payload, { jobId, signal }) => {
    requireKnownKind(payload);
    const job = parsePayload(payloadSchema, payload);
    const mail = await composeMail({ database, publicUrl }, job);
    if (mail === undefined) return;
    await whereThereIsRoom(limits, mail, async () => {
      const { refusedWith } = await mailer.send({ ...mail, jobId, askedAt: job.askedAt }, signal);
      if (refusedWith === undefined) return;
      // Trying again would annoy a server that has said no, and with many of them cost us our good name.
      throw new HopelessJobError(`The mail server refused the mail for good (${refusedWith}).`);
    });
  };
}

// Counted here and not where it is asked for: what causes such a mail must not fail for want of room.
async function whereThereIsRoom(
  limits: Limits,
  { room }: ComposedMail,
  send: () => Promise<void>,
): Promise<void> {
  if (room === undefined) return send();
  if (!(await takeRoom(limits, room))) return;
  try {
    await send();
  } catch (error) {
    await giveRoomBack(limits, room);
    throw error;
  }
}

// While versions run side by side, a newer one may enqueue what this one does not know and the newer one's
// runner does: so this is no reason to give the job up.
function requireKnownKind(payload: unknown): void {
  const { data } = kindSchema.safeParse(payload);
  if (data === undefined || KINDS.has(data.kind)) return;
  throw new Error('This version does not know this kind of mail; a newer one may.');
}
