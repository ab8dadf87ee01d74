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
export type AccessStatus = (typeof ACCESS_STATUSES)[number];

/** What a person can decide about a request. */
export const DECISIONS = ['approve', 'deny', 'pause', 'resume', 'revoke'] as const;
export type Decision = (typeof DECISIONS)[number];

/** An organization's wish to read one category of one person's data. */
export interface AccessRequest {
  id: string;
  organization: { id: string; name: string; verified: boolean };
  user: { id: string; firstName: string | null; lastName: string | null };
  categoryId: number;
  purpose: string | null;
  status: AccessStatus;
  expiresAt: string | null;
  maxReads: number | null;
  /** Null when the number of reads is not limited. */
  readsLeft: number | null;
  requestedAt: string;
  decidedAt: string | null;
}

export interface RequestAccessInput {
  userId: string;
  categoryId: number;
  /** Why the organization asks; the person reads it. 1 to 1,000 characters. */
  purpose: string;
  /** When the access ends by itself; in the future. */
  expiresAt?: string | null | undefined;
  /** How many reads the organization asks for, 1 to 1,000,000. */
  maxReads?: number | null | undefined;
}

export interface RequestListInput extends PageInput {
  status?: AccessStatus | undefined;
}

/** The organization that the asking person belongs to. */
export interface Organization {
  id: string;
  name: string;
  website: string | null;
  address: string | null;
  verified: boolean;
  createdAt: string;
  membership: Membership;
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
  membership: z.enum(MEMBERSHIPS),
});
