import { emailSchema, lineSchema, newPasswordSchema, textSchema } from '@truconn/contract';
import { z } from 'zod';
import { confirmation, confirmed, optional, optionalRole, required } from './fields.ts';
import { email, namesOf, type Person, uuid } from './people.ts';
import type { RestSystem } from './register.ts';
import { defineRoute } from './route.ts';
import { signInByEmail } from './shared/sign-in.ts';

const userAnswer = z
  .object({
    id: z.int(),
    uuid,
    email,
    first_name: z.string(),
    last_name: z.string(),
    role: z.string().meta({ description: 'In lower case.', examples: ['patient'] }),
    profile_picture: z.string().nullable(),
    bio: z.string(),
  })
  .meta({ id: 'ClinicUser' });
const credentialAnswer = z
  .object({
    user: userAnswer,
    token: z.string().meta({ description: 'For `Authorization: Token <token>`.' }),
  })
  .meta({ id: 'ClinicLogin' });

function presentUser(person: Person): z.infer<typeof userAnswer> {
  const { number: id, id: uuid, email, avatar, bio } = person;
  const role = person.role.toLowerCase();
  return { id, uuid, email, ...namesOf(person), role, profile_picture: avatar, bio: bio ?? '' };
}

const USER_EXAMPLE = {
  id: 1,
  uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
  email: 'user@example.com',
  first_name: 'John',
  last_name: 'Doe',
  role: 'patient',
  profile_picture: null,
  bio: 'Patient bio here',
};
const CREDENTIAL_EXAMPLE = { user: USER_EXAMPLE, token: '9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' };

const registerBody = z
  .object({
    email: emailSchema,
    password: newPasswordSchema,
    password_confirm: confirmation,
    first_name: optional(lineSchema(150)),
    last_name: optional(lineSchema(150)),
    role: optionalRole,
    bio: optional(textSchema(2000)),
    name: optional(lineSchema(200)).meta({ description: 'Of the organization, for that role.' }),
  })
  .check(confirmed('password', 'password_confirm', 'password_confirm'))
  .check(required(({ role }) => (role === 'ORGANIZATION' ? ['name'] : [])));

const register = defineRoute({
  method: 'POST',
  url: '/api/users/register/',
  summary: 'Register as a doctor or a patient',
  description: 'The role `admin` cannot be chosen. Opens a session.',
  access: 'anybody',
  body: registerBody,
  procedure: (api) => api.compat.signUpWithSession,
  input: ({ body }) => ({
    email: body.email,
    password: body.password,
    passwordRules: 'length' as const,
    firstName: body.first_name,
    lastName: body.last_name,
    role: body.role,
    bio: body.bio,
    ...(body.role === 'ORGANIZATION' && { organizationName: body.name }),
  }),
  status: 201,
  answer: credentialAnswer,
  present: ({ profile, token }) => ({ user: presentUser(profile), token }),
  fieldNames: { organizationName: 'name' },
  errors: ['RATE_LIMITED', 'ORIGIN_REFUSED'],
  example: {
    request: {
      email: 'user@example.com',
      password: 'secure_password',
      password_confirm: 'secure_password',
      first_name: 'John',
      last_name: 'Doe',
      role: 'patient',
      bio: 'Patient bio here',
    },
    answer: CREDENTIAL_EXAMPLE,
  },
});

const login = defineRoute({
  method: 'POST',
  url: '/api/users/login/',
  summary: 'Sign in for a token',
  access: 'anybody',
  body: signInByEmail,
  procedure: (api) => api.compat.signIn,
  input: ({ body }) => ({ ...body, cookie: false }),
  answer: credentialAnswer,
  present: ({ profile, token }) => ({ user: presentUser(profile), token }),
  errors: ['INVALID_CREDENTIALS', 'ORIGIN_REFUSED', 'RATE_LIMITED'],
  example: {
    request: { email: 'user@example.com', password: 'secure_password' },
    answer: CREDENTIAL_EXAMPLE,
  },
});

const me = defineRoute({
  method: 'GET',
  url: '/api/users/me/',
  summary: 'Read one’s own account',
  access: 'person',
  procedure: (api) => api.compat.profile,
  input: () => undefined,
  answer: userAnswer,
  present: presentUser,
  example: { answer: USER_EXAMPLE },
});

/** Document 4. Its admin interface is the console under `/admin/`. */
export const clinicToken: RestSystem = {
  name: 'clinic-token',
  title: 'Clinic, with tokens',
  description: 'Registers doctors and patients; its credential is `Authorization: Token <token>`.',
  routes: [register, login, me],
};
