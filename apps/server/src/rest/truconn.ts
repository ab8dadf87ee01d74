import { emailSchema, lineSchema, newPasswordSchema, textSchema, webAddressSchema } from '@truconn/contract';
import { z } from 'zod';
import { confirmation, confirmed, optional, optionalRole, required } from './fields.ts';
import { email, namesOf, role, uuid } from './people.ts';
import type { RestSystem } from './register.ts';
import { defineRoute } from './route.ts';
import { putProfile, readProfile } from './shared/profile.ts';
import { login } from './shared/sign-in.ts';
import { logout } from './shared/sign-out.ts';
import { consentRoutes } from './truconn-consents.ts';
import { organizationRoutes } from './truconn-organizations.ts';

const signUpBody = z
  .object({
    first_name: optional(lineSchema(150)).meta({ description: 'Required of a person.' }),
    last_name: optional(lineSchema(150)).meta({ description: 'Required of a person.' }),
    email: emailSchema,
    password1: newPasswordSchema,
    password2: confirmation,
    user_role: optionalRole,
    name: optional(lineSchema(200)).meta({ description: 'Of the organization; required for that role.' }),
    website: optional(webAddressSchema).meta({ description: 'Of the organization.' }),
    address: optional(textSchema(500)).meta({ description: 'Of the organization.' }),
  })
  .check(confirmed('password1', 'password2'))
  .check(
    required(({ user_role }) => (user_role === 'ORGANIZATION' ? ['name'] : ['first_name', 'last_name'])),
  );

type SignUpBody = z.infer<typeof signUpBody>;

// Who signs up as a person has no organization, and the other way round.
function whoSignsUp(body: SignUpBody) {
  if (body.user_role !== 'ORGANIZATION') return { firstName: body.first_name, lastName: body.last_name };
  return {
    organizationName: body.name,
    organizationWebsite: body.website,
    organizationAddress: body.address,
  };
}

const signUp = defineRoute({
  method: 'POST',
  url: '/api/auth/signup/',
  summary: 'Sign up as a citizen or an organization',
  description: 'Opens no session. The role ADMIN cannot be chosen.',
  access: 'anybody',
  body: signUpBody,
  procedure: (api) => api.compat.signUp,
  input: ({ body }) => ({
    email: body.email,
    password: body.password1,
    passwordRules: 'length' as const,
    role: body.user_role,
    ...whoSignsUp(body),
  }),
  status: 201,
  answer: z.object({
    user: z.object({
      id: z.int(),
      uuid,
      first_name: z.string(),
      last_name: z.string(),
      email,
      user_role: role,
    }),
    profile: z.object({
      id: z.int(),
      user: z.int(),
      bio: z.string(),
      avatar: z.string().nullable(),
    }),
  }),
  present: (person) => {
    const { number: id, id: uuid, email, role: user_role, bio, avatar } = person;
    return {
      user: { id, uuid, ...namesOf(person), email, user_role },
      profile: { id, user: id, bio: bio ?? '', avatar },
    };
  },
  fieldNames: {
    password: 'password1',
    role: 'user_role',
    organizationName: 'name',
    organizationWebsite: 'website',
    organizationAddress: 'address',
  },
  errors: ['RATE_LIMITED'],
  example: {
    request: {
      first_name: 'Jane',
      last_name: 'Doe',
      email: 'janedoe@example.com',
      password1: 'StrongPassword123!',
      password2: 'StrongPassword123!',
      user_role: 'CITIZEN',
    },
    answer: {
      user: {
        id: 1,
        uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
        first_name: 'Jane',
        last_name: 'Doe',
        email: 'janedoe@example.com',
        user_role: 'CITIZEN',
      },
      profile: { id: 1, user: 1, bio: '', avatar: null },
    },
  },
});

const csrfToken = defineRoute({
  method: 'GET',
  url: '/api/auth/csrf/',
  summary: 'Get a CSRF token',
  description: 'Sets the cookie `csrftoken`. It may be sent back as `X-CSRFToken`, and is not needed.',
  access: 'anybody',
  procedure: (api) => api.compat.csrfToken,
  input: () => undefined,
  answer: z.object({ csrfToken: z.string() }),
  present: (output) => output,
  example: {
    answer: { csrfToken: '3f9c1e5a7b2d4f6081a3c5e7092b4d6f8a1c3e5f7092b4d6f8a1c3e5f7092b4d' },
  },
});

/** Document 1. */
export const truconn: RestSystem = {
  name: 'truconn',
  title: 'TruConn',
  description: 'Citizens and organizations; its credential is the session cookie.',
  routes: [
    signUp,
    login,
    logout,
    csrfToken,
    readProfile,
    putProfile,
    ...consentRoutes,
    ...organizationRoutes,
  ],
};
