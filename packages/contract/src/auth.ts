import { z } from 'zod';
import { type User, userSchema } from './accounts.ts';
import { LANGUAGES, type Language, ROLES, type Role } from './roles.ts';
import {
  emailSchema,
  idSchema,
  lineSchema,
  newPasswordSchema,
  passwordSchema,
  textSchema,
  usernameSchema,
  webAddressSchema,
} from './text.ts';

/** One sign-in: cookie, opaque token and JWT pair are faces of it. */
export interface Session {
  /** UUID; the `sid` of its JWTs. */
  id: string;
  /** When somebody signed in: ISO 8601, UTC, as all times here. */
  createdAt: string;
  lastSeenAt: string;
  /** Ends then unless it is used before. */
  expiresAt: string;
  /** Ends then whatever is done. */
  absoluteExpiresAt: string;
  ip: string | null;
  userAgent: string | null;
  /** True for the session that asks. */
  current: boolean;
}

/**
 * A person gives `firstName` and `lastName`; an organization (`role: 'ORGANIZATION'`)
 * gives `organizationName` instead.
 */
export interface SignUpInput {
  email: string;
  /** 8 to 256 characters; common passwords, and ones made of the person's own names, are refused. */
  password: string;
  /** At most 150 characters. */
  firstName?: string | undefined;
  /** At most 150 characters. */
  lastName?: string | undefined;
  /** The e-mail address unless told. */
  username?: string | undefined;
  /** `CITIZEN` unless told. */
  role?: Role | undefined;
  /** At most 200 characters. */
  organizationName?: string | undefined;
  /** A web address with `https://` or `http://`. */
  organizationWebsite?: string | undefined;
  /** At most 500 characters. */
  organizationAddress?: string | undefined;
  /** `en` unless told. */
  language?: Language | undefined;
  /** Applies for the role OFFICER; an administrator decides, and until then the role is the one above. */
  isOfficer?: boolean | undefined;
}

/** What `auth.signIn` takes. */
export interface SignInInput {
  /** E-mail address or username. */
  identifier: string;
  password: string;
  /** `cookie` sets the session cookie and returns no token; `bearer` returns the JWT pair. */
  credential: 'cookie' | 'bearer';
}

/** A pair of JWTs on one session. */
export interface TokenPair {
  /** Goes into `Authorization: Bearer`; good for 60 minutes. */
  accessToken: string;
  /** Exchanged once for the next pair; good for 24 hours. */
  refreshToken: string;
  /** ISO 8601, UTC. */
  accessTokenExpiresAt: string;
}

/** Who has signed in, and for `bearer` the tokens. */
export interface SignInResult extends Partial<TokenPair> {
  user: User;
  session: Session;
}

/** What `auth.changePassword` takes. */
export interface ChangePasswordInput {
  currentPassword: string;
  /** Keeps the rules of `SignUpInput`. */
  newPassword: string;
}

const sessionShape = z.object({
  id: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  expiresAt: z.string(),
  absoluteExpiresAt: z.string(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
});
const tokenPairShape = {
  accessToken: z.string(),
  refreshToken: z.string(),
  accessTokenExpiresAt: z.string(),
};

export const sessionSchema: z.ZodType<Session> = sessionShape;

const PERSON_NAMES = ['firstName', 'lastName'] as const;
const ORGANIZATION_NAMES = ['organizationName'] as const;
const ORGANIZATION_FIELDS = ['organizationName', 'organizationWebsite', 'organizationAddress'] as const;

/**
 * A check of the fields that an organization or a person gives, also where other fields are wrong: a form is
 * told everything at once.
 * @param personNames which names a person has to give
 */
export function fieldsOfItsKind(personNames: readonly (typeof PERSON_NAMES)[number][]) {
  return z.superRefine<SignUpInput>(
    (input, context) => {
      const isOrganization = input.role === 'ORGANIZATION';
      for (const field of isOrganization ? ORGANIZATION_NAMES : personNames) {
        if (input[field] !== undefined) continue;
        context.addIssue({ code: 'custom', path: [field], message: 'This field is required.' });
      }
      for (const field of isOrganization ? [] : ORGANIZATION_FIELDS) {
        if (input[field] === undefined) continue;
        context.addIssue({ code: 'custom', path: [field], message: 'Only for the role ORGANIZATION.' });
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  );
}

/** What a sign-up takes, field by field. */
export const signUpFields = {
  email: emailSchema,
  password: newPasswordSchema,
  firstName: lineSchema(150).optional(),
  lastName: lineSchema(150).optional(),
  username: usernameSchema.optional(),
  role: z.enum(ROLES).optional(),
  organizationName: lineSchema(200).optional(),
  organizationWebsite: webAddressSchema.optional(),
  organizationAddress: textSchema(500).optional(),
  language: z.enum(LANGUAGES).optional(),
  isOfficer: z.boolean().optional(),
};

export const signUpInputSchema: z.ZodType<SignUpInput, SignUpInput> = z
  .strictObject(signUpFields)
  .check(fieldsOfItsKind(PERSON_NAMES));

export const signInInputSchema: z.ZodType<SignInInput, SignInInput> = z.strictObject({
  identifier: z.string().min(1, 'This field may not be blank.').max(320),
  password: passwordSchema,
  credential: z.enum(['cookie', 'bearer']),
});

export const signInResultSchema: z.ZodType<SignInResult> = z.object({
  user: userSchema,
  session: sessionShape,
  accessToken: z.string().exactOptional(),
  refreshToken: z.string().exactOptional(),
  accessTokenExpiresAt: z.string().exactOptional(),
});

export const refreshInputSchema: z.ZodType<{ refreshToken: string }, { refreshToken: string }> =
  z.strictObject({ refreshToken: z.string().min(1).max(4096) });

export const tokenPairSchema: z.ZodType<TokenPair> = z.object(tokenPairShape);

/** Who is asking, and through which session. */
export interface Me {
  user: User;
  session: Session;
}
export const meSchema: z.ZodType<Me> = z.object({ user: userSchema, session: sessionShape });

export const endSessionInputSchema: z.ZodType<{ id: string }, { id: string }> = z.strictObject({
  id: idSchema,
});

/** How many sessions a call ended. */
export interface EndedSessions {
  endedSessions: number;
}
export const endedSessionsSchema: z.ZodType<EndedSessions> = z.object({ endedSessions: z.int() });

export const changePasswordInputSchema: z.ZodType<ChangePasswordInput, ChangePasswordInput> = z.strictObject({
  currentPassword: passwordSchema,
  newPassword: newPasswordSchema,
});
