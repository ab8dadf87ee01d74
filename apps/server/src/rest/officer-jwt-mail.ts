import { emailSchema, newPasswordSchema } from '@truconn/contract';
import { z } from 'zod';
import { detailAnswer } from './drf.ts';
import { defineRoute, type RestRoute, type RouteSpec } from './route.ts';

const TOKEN = '5b0d3c7e1f9a4c2e8d6b0a1c3e5f7a9b1d3f5b7c';
const token = z.string().min(1, 'This field may not be blank.').max(200);

const addressBody = z.object({ email: emailSchema }).meta({ id: 'Address' });
type AddressInput = z.infer<typeof addressBody>;

const requestPasswordReset = askForMail({
  url: '/api/auth/password-reset/',
  summary: 'Ask for a mail that sets a new password',
  detail: 'If an account has this address, a mail with a link is on its way.',
  procedure: (api) => api.auth.requestPasswordReset,
});

const resendVerification = askForMail({
  url: '/api/auth/resend-verification/',
  summary: 'Ask for another mail that verifies an e-mail address',
  detail: 'If an account with this address waits for it, a mail with a link is on its way.',
  procedure: (api) => api.compat.resendVerification,
});

type MailRequest = Pick<
  RouteSpec<unknown, unknown, AddressInput, AddressInput, { accepted: true }, unknown>,
  'url' | 'summary' | 'procedure'
> & { detail: string };

function askForMail({ url, summary, detail, procedure }: MailRequest): RestRoute {
  return defineRoute({
    method: 'POST',
    url,
    summary,
    description: 'The answer is the same whether or not anybody has this address.',
    access: 'anybody',
    body: addressBody,
    procedure,
    input: ({ body }) => body,
    answer: detailAnswer,
    present: () => ({ detail }),
    errors: ['RATE_LIMITED'],
    example: { request: { email: 'asha.patel@example.com' }, answer: { detail } },
  });
}

const resetPassword = defineRoute({
  method: 'POST',
  url: '/api/auth/password-reset/confirm/',
  summary: 'Set a new password with the token of a mail',
  description: 'Ends every session of the account.',
  access: 'anybody',
  body: z.object({ token, new_password: newPasswordSchema }),
  procedure: (api) => api.compat.resetPassword,
  input: ({ body }) => ({ token: body.token, newPassword: body.new_password }),
  answer: detailAnswer,
  present: () => ({ detail: 'Password has been reset.' }),
  errors: ['RATE_LIMITED'],
  example: {
    request: { token: TOKEN, new_password: 'Lantern-43' },
    answer: { detail: 'Password has been reset.' },
  },
});

const verifyEmail = defineRoute({
  method: 'POST',
  url: '/api/auth/verify-email/',
  summary: 'Verify an e-mail address with the token of a mail',
  access: 'anybody',
  body: z.object({ token }),
  procedure: (api) => api.auth.verifyEmail,
  input: ({ body }) => body,
  answer: detailAnswer,
  present: () => ({ detail: 'E-mail address verified.' }),
  errors: ['RATE_LIMITED'],
  example: { request: { token: TOKEN }, answer: { detail: 'E-mail address verified.' } },
});

/** What clients of document 3 in the field call about mails and their links. */
export const mailRoutes: readonly RestRoute[] = [
  requestPasswordReset,
  resetPassword,
  verifyEmail,
  resendVerification,
];
