import { z } from 'zod';
import type { Json } from './ledger.ts';
import { type PageInput, pageShape } from './paging.ts';
import { idSchema, momentSchema } from './text.ts';

/** One line of the audit log: who did what to whom, when and from where. */
export interface AuditEvent {
  id: string;
  at: string;
  /** Dotted, such as `user.sign_in_failed`. */
  action: string;
  actorId: string | null;
  subjectId: string | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  details: { [key: string]: Json };
}

export interface AuditListInput extends PageInput {
  /** An action, or the family before its dot: `user` finds every `user.…`. */
  action?: string | undefined;
  actorId?: string | undefined;
  subjectId?: string | undefined;
  /** Not before this moment. */
  from?: string | undefined;
  /** Before this moment. */
  to?: string | undefined;
}

export const auditEventSchema: z.ZodType<AuditEvent> = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string(),
  actorId: z.string().nullable(),
  subjectId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.json()),
});

export const auditListInputSchema: z.ZodType<AuditListInput | undefined, AuditListInput | undefined> = z
  .strictObject({
    ...pageShape,
    action: z
      .string()
      .regex(/^[a-z_]{1,40}(\.[a-z_]{1,40})?$/, 'Enter an action such as user.sign_in, or its family: user.')
      .optional(),
    actorId: idSchema.optional(),
    subjectId: idSchema.optional(),
    from: momentSchema.optional(),
    to: momentSchema.optional(),
  })
  .optional();
