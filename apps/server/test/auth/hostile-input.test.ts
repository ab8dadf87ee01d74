import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from '../support/calls.ts';
import { forgetSecrets } from '../support/secret-watch.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let person: Person;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp();
  person = await app.signUp();
  admin = await app.signUpAdmin();
});
afterAll(async () => {
  forgetSecrets();
  await app[Symbol.asyncDispose]();
});

const FIELDS: Record<string, string[]> = {
  'auth.signUp': [
    'email',
    'password',
    'firstName',
    'lastName',
    'username',
    'role',
    'organizationName',
    'language',
  ],
  'auth.signIn': ['identifier', 'password', 'credential'],
  'auth.refresh': ['refreshToken'],
  'auth.sessions': ['cursor', 'limit'],
  'auth.endSession': ['id'],
  'auth.changePassword': ['currentPassword', 'newPassword'],
  'profile.update': ['username', 'firstName', 'language', 'bio', 'mobile', 'address', 'location', 'url'],
  'admin.users.list': ['cursor', 'limit', 'query', 'role'],
  'admin.users.disable': ['userId', 'reason'],
  'admin.users.enable': ['userId', 'reason'],
  'admin.users.setRole': ['userId', 'role', 'reason'],
  'admin.users.endSessions': ['userId', 'reason'],
};
const QUERIES = ['auth.sessions', 'admin.users.list'];

/** What breaks programs: the edges of types, of encodings and of other languages. */
const hostileValue = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\uD800',
    '\uFEFF',
    '\u202E',
    'ﷺ'.repeat(20),
    '𝔞'.repeat(300),
    '%',
    '%00',
    '..',
    '-1',
    '0',
    'null',
    "' or 1=1 --",
    '$1',
    '{{7*7}}',
    '__proto__',
    'ADMIN',
    'CITIZEN',
    'cookie',
    'en',
    PASSWORD,
    '00000000-0000-0000-0000-000000000000',
    'a@example.com',
    '＠',
    '@',
    'İ@x.com',
    'ß',
    'ǆ',
    'Σς',
    'https://example.com',
    'https://[::1',
    'http://',
    '+911234567890',
    'e30',
    'a.b.c',
  ),
  fc.constantFrom<unknown>(null, true, 0, -0, 1, -1, 1e308, 2 ** 31, 2 ** 53, 0.1, [], {}, [[]], [null], {
    a: { b: [] },
  }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
);

const GOOD = () => ({
  ...newPerson(),
  identifier: person.email,
  credential: 'bearer',
  currentPassword: PASSWORD,
  newPassword: PASSWORD,
  reason: 'x',
  role: 'CITIZEN',
});

describe('whatever a stranger sends is answered in order: never a 500, always with a code that the registry has', () => {
  it.each(Object.keys(FIELDS))('%s', async (procedure) => {
    const fields = FIELDS[procedure] ?? [];
    const good: Record<string, unknown> = GOOD();
    const input = fc.dictionary(fc.constantFrom(...fields), hostileValue, { maxKeys: 3 }).map((hostile) => ({
      ...Object.fromEntries(fields.filter((field) => field in good).map((field) => [field, good[field]])),
      ...(fields.includes('email') && { email: newPerson().email }),
      ...hostile,
    }));
    const method = QUERIES.includes(procedure) ? 'GET' : 'POST';
    const headers = bearer((procedure.startsWith('admin.') ? admin : person).accessToken);
    await fc.assert(
      fc.asyncProperty(input, async (value) => {
        const answer = await app.call(procedure, { method, input: value, headers });
        expect(answer.status).toBeLessThan(500);
        if (answer.status !== 200) expect(answer.body.error.data.code).toMatch(/^[A-Z_]+$/);
      }),
      { numRuns: 60 },
    );
  });

  it('and nothing that they sent was an unknown error to us', () => {
    expect(app.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
