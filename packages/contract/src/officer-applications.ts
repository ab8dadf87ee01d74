import { z } from 'zod';
import { type PageInput, pageShape } from './paging.ts';
import { idSchema, textSchema } from './text.ts';

export const APPLICATION_STATUSES = ['PENDING', 'APPROVED', 'DENIED'] as const;
/** How an application stands; `PENDING` until an administrator has decided. */
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

/** A person's wish to have the role OFFICER; an administrator decides. */
export interface OfficerApplication {
  id: string;
  user: { id: string; email: string; firstName: string | null; lastName: string | null };
  status: ApplicationStatus;
  /** What the person says about it. */
  statement: string | null;
  /** ISO 8601, UTC. */
  appliedAt: string;
  /** ISO 8601, UTC. */
  decidedAt: string | null;
  /** What the administrator says about the decision. */
  reason: string | null;
}

/** What `profile.applyAsOfficer` takes. */
export interface ApplyAsOfficerInput {
  /** What the administrator should know; at most 1,000 characters. */
  statement?: string | undefined;
}

/** What `admin.officerApplications.list` takes. */
export interface ApplicationListInput extends PageInput {
  status?: ApplicationStatus | undefined;
}

/** What `admin.officerApplications.decide` takes. */
export interface DecideApplicationInput {
  applicationId: string;
  decision: 'approve' | 'deny';
  /** Required for `deny`; the person reads it. */
  reason?: string | undefined;
}

export const officerApplicationSchema: z.ZodType<OfficerApplication> = z.object({
  id: z.string(),
  user: z.object({
    id: z.string(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
  }),
  status: z.enum(APPLICATION_STATUSES),
  statement: z.string().nullable(),
  appliedAt: z.string(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
});

/** The caller's latest application, or `null`. */
export const ownApplicationSchema: z.ZodType<OfficerApplication | null> = officerApplicationSchema.nullable();

export const applyAsOfficerInputSchema: z.ZodType<
  ApplyAsOfficerInput | undefined,
  ApplyAsOfficerInput | undefined
> = z.strictObject({ statement: textSchema(1000).optional() }).optional();

export const applicationListInputSchema: z.ZodType<
  ApplicationListInput | undefined,
  ApplicationListInput | undefined
> = z.strictObject({ ...pageShape, status: z.enum(APPLICATION_STATUSES).optional() }).optional();

export const decideApplicationInputSchema: z.ZodType<DecideApplicationInput, DecideApplicationInput> =
  z.strictObject({
    applicationId: idSchema,
    decision: z.enum(['approve', 'deny']),
    reason: textSchema(1000).optional(),
  });
