import { z } from 'zod';
import { emailSchema, newPasswordSchema, passwordSchema } from './text.ts';

/** That a mail was asked for. Says nothing about whether anybody has that address. */
export interface MailAccepted {
  accepted: true;
}
export const mailAcceptedSchema: z.ZodType<MailAccepted> = z.object({ accepted: z.literal(true) });

/** An address that its owner has just confirmed. */
export interface VerifiedEmail {
  email: string;
  emailVerified: true;
}
export const verifiedEmailSchema: z.ZodType<VerifiedEmail> = z.object({
  email: z.string(),
  emailVerified: z.literal(true),
});

/** The token from a link in a mail. */
export interface MailTokenInput {
  token: string;
}

/** What `auth.resetPassword` takes. */
export interface ResetPasswordInput extends MailTokenInput {
  /** Keeps the rules of `SignUpInput`. */
  newPassword: string;
}

/** What `auth.changeEmail` takes. */
export interface ChangeEmailInput {
  newEmail: string;
  /** The account's current one. */
  password: string;
}

const mailTokenShape = { token: z.string().min(1, 'This field may not be blank.').max(200) };

export const mailTokenInputSchema: z.ZodType<MailTokenInput, MailTokenInput> = z.strictObject(mailTokenShape);

export const requestPasswordResetInputSchema: z.ZodType<{ email: string }, { email: string }> =
  z.strictObject({ email: emailSchema });

export const resetPasswordInputSchema: z.ZodType<ResetPasswordInput, ResetPasswordInput> = z.strictObject({
  ...mailTokenShape,
  newPassword: newPasswordSchema,
});

export const changeEmailInputSchema: z.ZodType<ChangeEmailInput, ChangeEmailInput> = z.strictObject({
  newEmail: emailSchema,
  password: passwordSchema,
});
