import {
  emailSchema,
  fieldsOfItsKind,
  MEMBERSHIPS,
  passwordSchema,
  pictureSchema,
  profileFields,
  profileShape,
  signUpFields,
} from '@truconn/contract';
import { z } from 'zod';
import type { AccountInput } from '../../domain/auth/create-account.ts';
import type { PasswordRules } from '../../domain/auth/password-policy.ts';
import type { NumberedProfile } from '../../domain/numbered.ts';
import type { AccountUpdate } from '../../domain/profile/update-account.ts';

/** A sign-up at a documented API: people need not give names, and may fill in their profile. */
interface CompatSignUpInput extends AccountInput {
  /** What the document asks of a password. */
  passwordRules: PasswordRules;
}

export const compatSignUpInputSchema: z.ZodType<CompatSignUpInput, CompatSignUpInput> = z
  .strictObject({
    ...signUpFields,
    passwordRules: z.enum(['length', 'composition']),
    bio: profileFields.bio,
    mobile: profileFields.mobile,
    address: profileFields.address,
  })
  .check(fieldsOfItsKind([]));

interface CompatSignInInput {
  /** E-mail address or username. */
  identifier: string;
  password: string;
  /** Sets the session cookie, too. */
  cookie: boolean;
}

export const compatSignInInputSchema: z.ZodType<CompatSignInInput, CompatSignInInput> = z.strictObject({
  identifier: z.string().min(1, 'This field may not be blank.').max(320),
  password: passwordSchema,
  cookie: z.boolean(),
});

export const resendVerificationInputSchema: z.ZodType<{ email: string }, { email: string }> = z.strictObject({
  email: emailSchema,
});

export const accountUpdateInputSchema: z.ZodType<AccountUpdate, AccountUpdate> = z.strictObject({
  ...profileFields,
  email: emailSchema.optional(),
  avatar: pictureSchema.nullish(),
});

// One flat object: every authenticated read of a profile is parsed by it.
export const numberedProfileSchema: z.ZodType<NumberedProfile> = z.object({
  ...profileShape,
  number: z.int(),
  organization: z
    .object({ id: z.string(), number: z.int(), name: z.string(), membership: z.enum(MEMBERSHIPS) })
    .nullable(),
});

interface ProfileWithToken {
  profile: NumberedProfile;
  /** Stands for the session in a header, as `Token` or `Bearer`. */
  token: string;
}

export const profileWithTokenSchema: z.ZodType<ProfileWithToken> = z.object({
  profile: numberedProfileSchema,
  token: z.string(),
});

interface CompatSignInResult extends ProfileWithToken {
  accessToken: string;
  refreshToken: string;
}

export const compatSignInResultSchema: z.ZodType<CompatSignInResult> = z.object({
  profile: numberedProfileSchema,
  token: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
});

export const accessTokenSchema: z.ZodType<{ accessToken: string }> = z.object({ accessToken: z.string() });

export const csrfTokenSchema: z.ZodType<{ csrfToken: string }> = z.object({ csrfToken: z.string() });

interface AuthenticationCheck {
  authenticated: boolean;
  profile: NumberedProfile | null;
}

export const authenticationCheckSchema: z.ZodType<AuthenticationCheck> = z.object({
  authenticated: z.boolean(),
  profile: numberedProfileSchema.nullable(),
});
