import { z } from 'zod';
import type { Json } from './ledger.ts';
import { type PageInput, pageShape } from './paging.ts';
import { idSchema, momentSchema } from './text.ts';

/** One line of the audit log: who did what to whom, when and from where. */
export interface AuditEvent {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Dotted, such as `user.sign_in_failed`. */
  action: string;
  /** Whose act it was; `null` for whoever was not signed in. */
  actorId: string | null;
  /** On whose account; `null` where it was on none. */
  subjectId: string | null;
  ip: string | null;
  userAgent: string | null;
  /** That of the answer, and of the server's log. */
  requestId: string | null;
  /** What else is known, such as the reason that an administrator gave. */
  details: { [key: string]: Json };
}

/** What `admin.audit.list` takes. */
export interface AuditListInput extends PageInput {
  /** An action, or the family before its dot: `user` finds every `user.…`. */
  action?: string | undefined;
  actorId?: string | undefined;
  subjectId?: string | undefined;
  /** Not before this moment: ISO 8601 with an offset. */
  from?: string | undefined;
  /** Before this moment: ISO 8601 with an offset. */
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
