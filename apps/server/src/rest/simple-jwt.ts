import { emailSchema, newPasswordSchema, usernameSchema } from '@truconn/contract';
import { z } from 'zod';
import { email, uuid } from './people.ts';
import type { RestSystem } from './register.ts';
import { defineRoute } from './route.ts';
import { refreshOfSimpleJwt } from './shared/refresh.ts';
import { signInByUsername } from './shared/sign-in.ts';

const register = defineRoute({
  method: 'POST',
  url: '/user/api/register/',
  summary: 'Register with a username',
  access: 'anybody',
  body: z.object({ username: usernameSchema, email: emailSchema, password: newPasswordSchema }),
  procedure: (api) => api.compat.signUp,
  input: ({ body: { username, email, password } }) => ({
    username,
    email,
    password,
    passwordRules: 'length' as const,
  }),
  status: 201,
  answer: z.object({ id: z.int(), uuid, username: z.string(), email }),
  present: ({ number: id, id: uuid, username, email }) => ({ id, uuid, username, email }),
  errors: ['RATE_LIMITED'],
  example: {
    request: { username: 'testuser', email: 'test@example.com', password: 'yourpassword' },
    answer: {
      id: 1,
      uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
      username: 'testuser',
      email: 'test@example.com',
    },
  },
});

const login = defineRoute({
  method: 'POST',
  url: '/user/api/login/',
  summary: 'Sign in for a pair of JWTs',
  access: 'anybody',
  body: signInByUsername,
  procedure: (api) => api.compat.signIn,
  input: ({ body }) => ({ ...body, cookie: false }),
  answer: z.object({ refresh: z.string(), access: z.string() }),
  present: ({ accessToken, refreshToken }) => ({ refresh: refreshToken, access: accessToken }),
  errors: ['INVALID_CREDENTIALS', 'ORIGIN_REFUSED', 'RATE_LIMITED'],
  example: {
    request: { username: 'testuser', password: 'yourpassword' },
    answer: { refresh: 'your_refresh_token', access: 'your_access_token' },
  },
});

/** Document 5. */
export const simpleJwt: RestSystem = {
  name: 'simple-jwt',
  title: 'Simple JWT',
  description: 'Registers by username; its credential is `Authorization: Bearer <access>`.',
  routes: [register, login, refreshOfSimpleJwt],
};
