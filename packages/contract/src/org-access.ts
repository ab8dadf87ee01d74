import { z } from 'zod';
import { MEMBERSHIPS, type Membership } from './accounts.ts';
import { type PageInput, pageShape } from './paging.ts';
import { categoryIdSchema, idSchema, momentSchema, textSchema } from './text.ts';

/** Every status that an access request can show. */
export const ACCESS_STATUSES = [
  'PENDING',
  'APPROVED',
  'DENIED',
  'PAUSED',
  'REVOKED',
  'EXPIRED',
  'EXHAUSTED',
] as const;
/**
 * How a request stands. `PENDING`: the person has not decided. `APPROVED`: the organization may read. `DENIED`:
 * refused. `PAUSED`: the person has stopped it for a while. `REVOKED`: the person has ended it, or their consent has.
 * `EXPIRED`: its time is over. `EXHAUSTED`: all its reads are used up.
 */
export type AccessStatus = (typeof ACCESS_STATUSES)[number];

/** What a person can decide about a request. */
export const DECISIONS = ['approve', 'deny', 'pause', 'resume', 'revoke'] as const;
/**
 * A step of the person: `approve` or `deny` what is pending, `pause` what is approved, `resume` what is paused,
 * `revoke` any of the three.
 */
export type Decision = (typeof DECISIONS)[number];

/** An organization's wish to read one category of one person's data. */
export interface AccessRequest {
  id: string;
  organization: { id: string; name: string; verified: boolean };
  user: { id: string; firstName: string | null; lastName: string | null };
  categoryId: number;
  /** Why the organization asks. */
  purpose: string | null;
  status: AccessStatus;
  /** ISO 8601, UTC; when the access ends by itself, if it does. */
  expiresAt: string | null;
  /** Null when the number of reads is not limited. */
  maxReads: number | null;
  /** Null when the number of reads is not limited. */
  readsLeft: number | null;
  /** How often the organization has read. */
  reads: number;
  /** ISO 8601, UTC; `null`: it has not read. */
  lastReadAt: string | null;
  /** ISO 8601, UTC. */
  requestedAt: string;
  /** ISO 8601, UTC; of the last decision. */
  decidedAt: string | null;
}

/** What `orgAccess.request` takes. */
export interface RequestAccessInput {
  /** The person's `User.id`. */
  userId: string;
  categoryId: number;
  /** Why the organization asks; the person reads it. 1 to 1,000 characters. */
  purpose: string;
  /** When the access ends by itself: a moment in the future, ISO 8601 with an offset; never unless told. */
  expiresAt?: string | null | undefined;
  /** How many reads the organization asks for, 1 to 1,000,000; without a limit unless told. */
  maxReads?: number | null | undefined;
}

/** What `orgAccess.incoming` and `orgAccess.outgoing` take. */
export interface RequestListInput extends PageInput {
  /** Only requests that stand so; all unless told. */
  status?: AccessStatus | undefined;
}

/** The organization that the asking person belongs to, or whose API key asks. */
export interface Organization {
  id: string;
  name: string;
  website: string | null;
  address: string | null;
  /** Whether an administrator says that it is who it says it is. */
  verified: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** How the asking person belongs to it; `null` where an API key asks. */
  membership: Membership | null;
}

export const accessRequestSchema: z.ZodType<AccessRequest> = z.object({
  id: z.string(),
  organization: z.object({ id: z.string(), name: z.string(), verified: z.boolean() }),
  user: z.object({
    id: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
  }),
  categoryId: z.int(),
  purpose: z.string().nullable(),
  status: z.enum(ACCESS_STATUSES),
  expiresAt: z.string().nullable(),
  maxReads: z.int().nullable(),
  readsLeft: z.int().nullable(),
  reads: z.int(),
  lastReadAt: z.string().nullable(),
  requestedAt: z.string(),
  decidedAt: z.string().nullable(),
});

export const requestAccessInputSchema: z.ZodType<RequestAccessInput, RequestAccessInput> = z.strictObject({
  userId: idSchema,
  categoryId: categoryIdSchema,
  purpose: textSchema(1000),
  expiresAt: momentSchema.nullish(),
  maxReads: z.int().min(1).max(1_000_000).nullish(),
});

export const requestListInputSchema: z.ZodType<RequestListInput | undefined, RequestListInput | undefined> = z
  .strictObject({ ...pageShape, status: z.enum(ACCESS_STATUSES).optional() })
  .optional();

/** What `orgAccess.decide` takes. */
export interface DecideInput {
  requestId: string;
  decision: Decision;
}
export const decideInputSchema: z.ZodType<DecideInput, DecideInput> = z.strictObject({
  requestId: idSchema,
  decision: z.enum(DECISIONS),
});

export const requestInputSchema: z.ZodType<{ requestId: string }, { requestId: string }> = z.strictObject({
  requestId: idSchema,
});

export const organizationSchema: z.ZodType<Organization> = z.object({
  id: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  address: z.string().nullable(),
  verified: z.boolean(),
  createdAt: z.string(),
  membership: z.enum(MEMBERSHIPS).nullable(),
});
