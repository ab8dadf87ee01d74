import { z } from 'zod';
import { MEMBERSHIPS, type Membership } from './accounts.ts';
import { emailSchema, idSchema } from './text.ts';

/** Somebody who belongs to the organization. */
export interface Member {
  user: { id: string; email: string; firstName: string | null; lastName: string | null };
  membership: Membership;
  /** ISO 8601, UTC. */
  joinedAt: string;
}

/** An invitation that is open: neither accepted, nor cancelled, nor past its end. */
export interface Invitation {
  id: string;
  email: string;
  /** What the invited person becomes. */
  membership: Membership;
  /** ISO 8601, UTC. */
  invitedAt: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** What `orgAccess.members.invite` takes. */
export interface InviteInput {
  email: string;
  /** `member` unless told. */
  membership?: Membership | undefined;
}

/** What `orgAccess.members.setMembership` takes. */
export interface SetMembershipInput {
  userId: string;
  membership: Membership;
}

/** Who has left the organization. */
export interface RemovedMember {
  userId: string;
}

export const memberSchema: z.ZodType<Member> = z.object({
  user: z.object({
    id: z.string(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
  }),
  membership: z.enum(MEMBERSHIPS),
  joinedAt: z.string(),
});

export const invitationSchema: z.ZodType<Invitation> = z.object({
  id: z.string(),
  email: z.string(),
  membership: z.enum(MEMBERSHIPS),
  invitedAt: z.string(),
  expiresAt: z.string(),
});

export const inviteInputSchema: z.ZodType<InviteInput, InviteInput> = z.strictObject({
  email: emailSchema,
  membership: z.enum(MEMBERSHIPS).optional(),
});

export const invitationInputSchema: z.ZodType<{ invitationId: string }, { invitationId: string }> =
  z.strictObject({ invitationId: idSchema });

export const memberInputSchema: z.ZodType<{ userId: string }, { userId: string }> = z.strictObject({
  userId: idSchema,
});

export const setMembershipInputSchema: z.ZodType<SetMembershipInput, SetMembershipInput> = z.strictObject({
  userId: idSchema,
  membership: z.enum(MEMBERSHIPS),
});

export const removedMemberSchema: z.ZodType<RemovedMember> = z.object({ userId: z.string() });
