import { passwordSchema } from '@truconn/contract';
import { z } from 'zod';
import { isSameName, optional, required } from '../fields.ts';
import { email, isOfficer, namesOf, type Person, presentUser, userAnswer } from '../people.ts';
import { defineRoute } from '../route.ts';

const identifier = optional(z.string().max(320));
const description = '`email` and `username` each take either; one of them is enough.';

/** Who signs in where a document asks for the e-mail address: it is what is missing when neither is there. */
export const signInByEmail = signInBody('email').meta({ id: 'SignInByEmail', description });

/** The same where a document asks for the username. */
export const signInByUsername = signInBody('username').meta({ id: 'SignInByUsername', description });

function signInBody(documented: 'email' | 'username') {
  return z
    .object({ email: identifier, username: identifier, password: passwordSchema })
    .check(
      required(({ email, username }) => (email === undefined && username === undefined ? [documented] : [])),
    )
    .refine(
      ({ email, username }) => email === undefined || username === undefined || isSameName(email, username),
      'Give an email or a username, not two that differ.',
    )
    .transform(({ email, username, password }) => ({ identifier: email ?? username ?? '', password }));
}

/** What documents 1, 2 and 3 answer to a login, in one: each document's clients find their fields. */
const loginAnswer = z
  .object({
    message: z.string(),
    user: userAnswer,
    access: z.string(),
    refresh: z.string(),
    user_id: z.int(),
    username: z.string(),
    email,
    first_name: z.string(),
    last_name: z.string(),
    is_officer: z.boolean(),
    language: z.string(),
  })
  .meta({ id: 'Login' });

interface SignedIn {
  profile: Person;
  accessToken: string;
  refreshToken: string;
}

function presentLogin({ profile, accessToken, refreshToken }: SignedIn): z.infer<typeof loginAnswer> {
  const { number, username, email, language } = profile;
  return {
    message: 'Login successful',
    user: presentUser(profile),
    access: accessToken,
    refresh: refreshToken,
    user_id: number,
    username,
    email,
    ...namesOf(profile),
    is_officer: isOfficer(profile),
    language,
  };
}

const LOGIN_EXAMPLE = {
  request: { email: 'janedoe@example.com', password: 'StrongPassword123!' },
  answer: {
    message: 'Login successful',
    user: {
      id: 1,
      uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
      first_name: 'Jane',
      last_name: 'Doe',
      email: 'janedoe@example.com',
      role: 'CITIZEN',
    },
    access: 'your_access_token',
    refresh: 'your_refresh_token',
    user_id: 1,
    username: 'janedoe@example.com',
    email: 'janedoe@example.com',
    first_name: 'Jane',
    last_name: 'Doe',
    is_officer: false,
    language: 'en',
  },
};

function loginAt(url: string, body: typeof signInByEmail) {
  return defineRoute({
    method: 'POST',
    url,
    summary: 'Sign in',
    description:
      'Answers every credential at once: the session cookie, and a pair of JWTs on the same session. ' +
      '`email` and `username` each take either.',
    access: 'anybody',
    body,
    procedure: (api) => api.compat.signIn,
    input: ({ body }) => ({ ...body, cookie: true }),
    answer: loginAnswer,
    present: presentLogin,
    errors: ['INVALID_CREDENTIALS', 'ORIGIN_REFUSED', 'RATE_LIMITED'],
    example: LOGIN_EXAMPLE,
  });
}

/** Documents 1, 2 and 3 all describe it. */
export const login = loginAt('/api/auth/login/', signInByEmail);

/** What clients of document 3 in the field call it. */
export const obtainToken = loginAt('/api/token/', signInByUsername);
