import { z } from 'zod';
import { type User, userSchema } from './accounts.ts';
import { type PageInput, pageShape } from './paging.ts';
import { ROLES, type Role } from './roles.ts';
import { idSchema, textSchema } from './text.ts';

/** An account as administrators see it. */
export interface AdminUser extends User {
  disabledAt: string | null;
}

export interface UserListInput extends PageInput {
  /** Part of an e-mail address, username or name. */
  query?: string | undefined;
  role?: Role | undefined;
}

/** Which account an administrative act is on, and why; the audit log keeps the reason. */
export interface UserActInput {
  userId: string;
  reason: string;
}

export interface OptionalReasonInput {
  userId: string;
  reason?: string | undefined;
}

export interface SetRoleInput extends UserActInput {
  role: Role;
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
