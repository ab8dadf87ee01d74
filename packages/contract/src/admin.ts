import { z } from 'zod';
import { type User, userSchema } from './accounts.ts';
import { type PageInput, pageShape } from './paging.ts';
import { ROLES, type Role } from './roles.ts';
import { idSchema, textSchema } from './text.ts';

/** An account as administrators see it. */
export interface AdminUser extends User {
  /** ISO 8601, UTC; `null` for an account that can sign in. */
  disabledAt: string | null;
}

/** What `admin.users.list` takes. */
export interface UserListInput extends PageInput {
  /** Part of an e-mail address, username or name. */
  query?: string | undefined;
  role?: Role | undefined;
}

/** Which account an administrative act is on, and why; the audit log keeps the reason. */
export interface UserActInput {
  userId: string;
  /** 1 to 1,000 characters. */
  reason: string;
}

/** The same for acts that need no reason. */
export interface OptionalReasonInput {
  userId: string;
  /** 1 to 1,000 characters. */
  reason?: string | undefined;
}

/** What `admin.users.setRole` takes. */
export interface SetRoleInput extends UserActInput {
  /** `ORGANIZATION` only for who belongs to an organization. */
  role: Role;
}

/** An organization as administrators see it. */
export interface AdminOrganization {
  id: string;
  name: string;
  website: string | null;
  address: string | null;
  /** Whether an administrator says that it is who it says it is. */
  verified: boolean;
  /** ISO 8601, UTC. */
  verifiedAt: string | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** How many people belong to it. */
  members: number;
}

/** What `admin.organizations.list` takes. */
export interface OrganizationListInput extends PageInput {
  /** Part of a name. */
  query?: string | undefined;
  verified?: boolean | undefined;
}

/** What `admin.organizations.verify` takes. */
export interface VerifyOrganizationInput {
  organizationId: string;
  /** `true` unless told; `false` takes the verification back. */
  verified?: boolean | undefined;
  /** Required to take a verification back; 1 to 1,000 characters. */
  reason?: string | undefined;
}

const reasonSchema = textSchema(1000);

export const adminUserSchema: z.ZodType<AdminUser> = z.intersection(
  userSchema,
  z.object({ disabledAt: z.string().nullable() }),
);

export const userListInputSchema: z.ZodType<UserListInput | undefined, UserListInput | undefined> = z
  .strictObject({
    ...pageShape,
    query: z.string().trim().max(200).optional(),
    role: z.enum(ROLES).optional(),
  })
  .optional();

export const userActInputSchema: z.ZodType<UserActInput, UserActInput> = z.strictObject({
  userId: idSchema,
  reason: reasonSchema,
});

export const optionalReasonInputSchema: z.ZodType<OptionalReasonInput, OptionalReasonInput> = z.strictObject({
  userId: idSchema,
  reason: reasonSchema.optional(),
});

export const setRoleInputSchema: z.ZodType<SetRoleInput, SetRoleInput> = z.strictObject({
  userId: idSchema,
  reason: reasonSchema,
  role: z.enum(ROLES),
});

export const adminOrganizationSchema: z.ZodType<AdminOrganization> = z.object({
  id: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  address: z.string().nullable(),
  verified: z.boolean(),
  verifiedAt: z.string().nullable(),
  createdAt: z.string(),
  members: z.int(),
});

export const organizationListInputSchema: z.ZodType<
  OrganizationListInput | undefined,
  OrganizationListInput | undefined
> = z
  .strictObject({
    ...pageShape,
    query: z.string().trim().max(200).optional(),
    verified: z.boolean().optional(),
  })
  .optional();

export const verifyOrganizationInputSchema: z.ZodType<VerifyOrganizationInput, VerifyOrganizationInput> =
  z.strictObject({
    organizationId: idSchema,
    verified: z.boolean().optional(),
    reason: reasonSchema.optional(),
  });
