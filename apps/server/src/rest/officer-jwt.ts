import {
  emailSchema,
  LANGUAGES,
  lineSchema,
  mobileSchema,
  newPasswordSchema,
  passwordSchema,
  textSchema,
  usernameSchema,
} from '@truconn/contract';
import { z } from 'zod';
import { confirmation, confirmed, optional, optionalBoolean, orNumber } from './fields.ts';
import { mailRoutes } from './officer-jwt-mail.ts';
import { isOfficer, namesOf, presentProfile, profileAnswer } from './people.ts';
import type { RestSystem } from './register.ts';
import { defineRoute } from './route.ts';
import { patchProfile, readProfile } from './shared/profile.ts';
import { refresh } from './shared/refresh.ts';
import { login, obtainToken } from './shared/sign-in.ts';

const registerBody = z
  .object({
    username: usernameSchema,
    password: newPasswordSchema,
    confirm_password: confirmation,
    email: emailSchema,
    first_name: optional(lineSchema(150)),
    last_name: optional(lineSchema(150)),
    mobile: optional(orNumber(mobileSchema)),
    address: optional(textSchema(500)),
    language: optional(z.enum(LANGUAGES)),
    is_officer: optionalBoolean,
  })
  .check(confirmed('password', 'confirm_password', 'confirm_password'));

const registerAnswer = profileAnswer.pick({
  id: true,
  uuid: true,
  username: true,
  email: true,
  first_name: true,
  last_name: true,
  mobile: true,
  address: true,
  language: true,
  is_officer: true,
});

const register = defineRoute({
  method: 'POST',
  url: '/api/auth/register/',
  summary: 'Register with a username',
  description:
    'The password has 8 characters, upper and lower case, a digit and a special character. `is_officer: true` ' +
    'files an application that an administrator decides; until then the account is no officer.',
  access: 'anybody',
  body: registerBody,
  procedure: (api) => api.compat.signUp,
  input: ({ body }) => ({
    username: body.username,
    password: body.password,
    passwordRules: 'composition' as const,
    email: body.email,
    firstName: body.first_name,
    lastName: body.last_name,
    mobile: body.mobile,
    address: body.address,
    language: body.language,
    isOfficer: body.is_officer,
  }),
  status: 201,
  answer: registerAnswer,
  present: (person) => {
    const { number: id, id: uuid, username, email, mobile, address, language } = person;
    return {
      id,
      uuid,
      username,
      email,
      ...namesOf(person),
      mobile: mobile ?? '',
      address: address ?? '',
      language,
      is_officer: isOfficer(person),
    };
  },
  errors: ['RATE_LIMITED'],
  example: {
    request: {
      username: 'asha',
      password: 'Lantern-42',
      confirm_password: 'Lantern-42',
      email: 'asha.patel@example.com',
      first_name: 'Asha',
      last_name: 'Patel',
      mobile: '+91 98765 43210',
      address: '12 Ring Road, Ahmedabad',
      language: 'gu',
      is_officer: false,
    },
    answer: {
      id: 1,
      uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
      username: 'asha',
      email: 'asha.patel@example.com',
      first_name: 'Asha',
      last_name: 'Patel',
      mobile: '+91 98765 43210',
      address: '12 Ring Road, Ahmedabad',
      language: 'gu',
      is_officer: false,
    },
  },
});

const changePasswordBody = z
  .object({
    old_password: passwordSchema,
    new_password: newPasswordSchema,
    confirm_new_password: confirmation.optional(),
  })
  .check(confirmed('new_password', 'confirm_new_password', 'confirm_new_password'))
  .meta({ id: 'PasswordChange' });

const passwordChanged = z.object({ message: z.string() }).meta({ id: 'PasswordChanged' });

/** The document writes PUT; clients in the field also POST. */
const changePassword = (['PUT', 'POST'] as const).map((method) =>
  defineRoute({
    method,
    url: '/api/auth/change-password/',
    summary: 'Change one’s own password',
    description: 'Ends every other session of the account.',
    access: 'person',
    body: changePasswordBody,
    procedure: (api) => api.compat.changePassword,
    input: ({ body }) => ({ currentPassword: body.old_password, newPassword: body.new_password }),
    answer: passwordChanged,
    present: () => ({ message: 'Password updated successfully.' }),
    fieldNames: { currentPassword: 'old_password' },
    errors: ['RATE_LIMITED'],
    example: {
      request: {
        old_password: 'Lantern-42',
        new_password: 'Lantern-43',
        confirm_new_password: 'Lantern-43',
      },
      answer: { message: 'Password updated successfully.' },
    },
  }),
);

const check = defineRoute({
  method: 'GET',
  url: '/api/auth/check/',
  summary: 'Ask whether one is signed in',
  description: 'A present but bad `Authorization` header is 401, as everywhere.',
  access: 'anybody',
  procedure: (api) => api.compat.check,
  input: () => undefined,
  answer: z.object({ authenticated: z.boolean(), user: profileAnswer.nullable() }),
  present: ({ authenticated, profile }) => ({
    authenticated,
    user: profile === null ? null : presentProfile(profile),
  }),
  errors: ['UNAUTHENTICATED', 'SESSION_EXPIRED', 'FORBIDDEN'],
  example: { answer: { authenticated: false, user: null } },
});

/** Document 3, and what its clients in the field call besides. */
export const officerJwt: RestSystem = {
  name: 'officer-jwt',
  title: 'Officers, with JWTs',
  description: 'Registers by username; its credential is `Authorization: Bearer <access>`.',
  routes: [
    register,
    login,
    obtainToken,
    refresh,
    readProfile,
    patchProfile,
    ...changePassword,
    ...mailRoutes,
    check,
  ],
};
