import { presentProfile, profileAnswer } from '../people.ts';
import { defineRoute, unreachable } from '../route.ts';
import { pictureName, profileUpdateBody, toProfileUpdate } from './profile-update.ts';

const PROFILE_EXAMPLE = {
  id: 1,
  uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
  username: 'janedoe@example.com',
  email: 'janedoe@example.com',
  first_name: 'Jane',
  last_name: 'Doe',
  mobile: '',
  address: '',
  language: 'en',
  is_officer: false,
  user: 1,
  role: 'CITIZEN',
  bio: '',
  avatar: null,
  url: '',
  location: '',
  phone_no: '',
  about: '',
  profile_pic: null,
  email_verified: false,
} as const;

function readProfileAt(url: string) {
  return defineRoute({
    method: 'GET',
    url,
    summary: 'Read one’s own profile',
    access: 'person',
    procedure: (api) => api.compat.profile,
    input: () => undefined,
    answer: profileAnswer,
    present: presentProfile,
    example: { answer: PROFILE_EXAMPLE },
  });
}

function updateProfileBy(method: 'PUT' | 'PATCH') {
  return defineRoute({
    method,
    url: '/api/auth/profile/',
    summary: 'Change one’s own profile',
    description:
      'Changes the fields that are sent and leaves the rest; `""` and `null` clear. Another `email` holds at ' +
      'once, unverified, and the old address is told; with `COMPAT=strict` it waits for its confirmation. ' +
      '`role`, `is_officer` and `id` change nothing.',
    access: 'person',
    body: profileUpdateBody,
    bodyLimit: 3 * 1024 * 1024,
    procedure: (api) => api.compat.updateProfile,
    input: ({ body, person }) => toProfileUpdate(body, person ?? unreachable()),
    answer: profileAnswer,
    present: presentProfile,
    fieldNames: (body) => ({ avatar: pictureName(body) }),
    errors: ['RATE_LIMITED'],
    example: {
      request: { first_name: 'Jane', mobile: '+91 98765 43210', language: 'gu' },
      answer: { ...PROFILE_EXAMPLE, mobile: '+91 98765 43210', phone_no: '+91 98765 43210', language: 'gu' },
    },
  });
}

/** Documents 1 and 3 describe it under one URL, document 2 under another. */
export const readProfile = readProfileAt('/api/auth/profile/');
export const readProfileOfSessionAuth = readProfileAt('/api/profile/');

/** Document 1 writes PUT, document 3 PATCH; both change what they are sent. */
export const putProfile = updateProfileBy('PUT');
export const patchProfile = updateProfileBy('PATCH');
