import { emailSchema, newPasswordSchema } from '@truconn/contract';
import { z } from 'zod';
import { detailAnswer } from './drf.ts';
import { confirmation, confirmed } from './fields.ts';
import { email, uuid } from './people.ts';
import type { RestSystem } from './register.ts';
import { defineRoute } from './route.ts';
import { readProfileOfSessionAuth } from './shared/profile.ts';
import { refresh } from './shared/refresh.ts';
import { login } from './shared/sign-in.ts';
import { logoutOfSessionAuth } from './shared/sign-out.ts';

const register = defineRoute({
  method: 'POST',
  url: '/api/register/',
  summary: 'Register with an e-mail address and a password',
  access: 'anybody',
  body: z
    .object({ email: emailSchema, password: newPasswordSchema, password2: confirmation })
    .check(confirmed('password', 'password2', 'password2')),
  procedure: (api) => api.compat.signUp,
  input: ({ body: { email, password } }) => ({ email, password, passwordRules: 'length' as const }),
  status: 201,
  answer: z.object({ id: z.int(), uuid, email, message: z.string() }),
  present: ({ number: id, id: uuid, email }) => ({
    id,
    uuid,
    email,
    message: 'User registered successfully.',
  }),
  errors: ['RATE_LIMITED'],
  example: {
    request: { email: 'abhay1@gmail.com', password: '12345678', password2: '12345678' },
    answer: {
      id: 1,
      uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
      email: 'abhay1@gmail.com',
      message: 'User registered successfully.',
    },
  },
});

const logoutEverywhere = defineRoute({
  method: 'POST',
  url: '/api/logoutall/',
  summary: 'Sign out of all sessions',
  description: 'Ends every session of the account, and with them all their credentials.',
  access: 'person',
  procedure: (api) => api.auth.signOutEverywhere,
  input: () => undefined,
  answer: detailAnswer,
  present: () => ({ detail: 'Logged out of all sessions' }),
  example: { answer: { detail: 'Logged out of all sessions' } },
});

/** Document 2. */
export const sessionAuth: RestSystem = {
  name: 'session-auth',
  title: 'Session-based authentication',
  description: 'Registers by e-mail address; its credential is `Authorization: Bearer <access>`.',
  routes: [register, login, logoutOfSessionAuth, logoutEverywhere, readProfileOfSessionAuth, refresh],
};
