import { pbkdf2Sync } from 'node:crypto';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPasswords } from '../../src/auth/password.ts';
import { bearer, endingOf, errorData } from '../support/calls.ts';
import { CHEAP_HASH, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { djangoArgon2, djangoPbkdf2 } from './django-hashes.ts';

const NEW = 'copper-violin-marsh-77';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const importHash = (hash: string) =>
  app.sql('update users set password_hash = $2 where id = $1', [asha.user.id, hash]);
async function storedHash(): Promise<string | undefined> {
  const rows = await app.sql<{ hash: string }>('select password_hash as hash from users where id = $1', [
    asha.user.id,
  ]);
  return rows[0]?.hash;
}
const signIn = (identifier: string, password: string) =>
  app.call('auth.signIn', { input: { identifier, password, credential: 'bearer' } });

const digest = (password: string, length: number) =>
  pbkdf2Sync(password, 'salt', 1000, length, 'sha256').toString('base64');
// libxcrypt's, of the password's SHA-256.
const BCRYPT = '$2b$04$8Zx3Qm1Vt7Kp0Ls5Wd9YheTCtPBI0Ms1ypl2Roa6wFe5Ry./m169C';
const GARBAGE = [
  ['nothing', ''],
  ['Django’s unusable password', '!hXq8VZ2mZyM0cT6u0bTk9AhXq8VZ2mZyM0cT6u0'],
  ['the password itself', PASSWORD],
  ['another algorithm of Django’s', 'md5$salt$0b2e5a1d3c4f60718293a4b5c6d7e8f9'],
  ['a SHA-512 of PBKDF2', `pbkdf2_sha512$1000$salt$${digest(PASSWORD, 32)}`],
  ['a digest of SHA-256 for SHA-1', `pbkdf2_sha1$1000$salt$${digest(PASSWORD, 32)}`],
  ['a digest of SHA-1 for SHA-256', `pbkdf2_sha256$1000$salt$${digest(PASSWORD, 20)}`],
  ['5,000,001 iterations of SHA-1', `pbkdf2_sha1$5000001$salt$${digest(PASSWORD, 20)}`],
  ['Django’s older bcrypt', `bcrypt$${BCRYPT}`],
  ['bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['an empty digest', 'pbkdf2_sha256$1000$salt$'],
  ['a short digest', `pbkdf2_sha256$1000$salt$${digest(PASSWORD, 1)}`],
  ['a long digest', `pbkdf2_sha256$1000$salt$${digest(PASSWORD, 64)}`],
  ['a digest that is not base64', `pbkdf2_sha256$1000$salt$${'%'.repeat(44)}`],
  ['no salt', djangoPbkdf2(PASSWORD, 1000, '')],
  ['a field too many', `${djangoPbkdf2(PASSWORD)}$x`],
  ['a line too many', `${djangoPbkdf2(PASSWORD)}\n`],
  ['no iterations', djangoPbkdf2(PASSWORD).replace('$1000$', '$$')],
  ['0 iterations', djangoPbkdf2(PASSWORD).replace('$1000$', '$0$')],
  ['-1 iterations', djangoPbkdf2(PASSWORD).replace('$1000$', '$-1$')],
  ['1e3 iterations', djangoPbkdf2(PASSWORD).replace('$1000$', '$1e3$')],
  ['5,000,001 iterations', djangoPbkdf2(PASSWORD).replace('$1000$', '$5000001$')],
  ['1000 digits of iterations', djangoPbkdf2(PASSWORD).replace('1000', '9'.repeat(1000))],
  ['our prefix alone', '$argon2id$'],
  ['Django’s prefix alone', 'argon2$argon2id$v=19$'],
  ['argon2d', 'argon2$argon2d$v=19$m=64,t=2,p=8$YUJjRGVGZ0hpSmtMbU4$YUJjRGVGZ0hpSmtMbU4YUJjRGVGZ0hpSmtMbU4'],
  [
    'argon2i of ours',
    '$argon2i$v=19$m=64,t=2,p=8$YUJjRGVGZ0hpSmtMbU4$YUJjRGVGZ0hpSmtMbU4YUJjRGVGZ0hpSmtMbU4',
  ],
] as const;

describe('a hash that cannot be read', () => {
  it.each(GARBAGE)('such as %s opens nothing, and is no error of the server', async (_name, hash) => {
    await importHash(hash);
    const answer = await signIn(asha.email, PASSWORD);
    expect([answer.status, errorData(answer).code]).toEqual([401, 'INVALID_CREDENTIALS']);
    const input = { currentPassword: PASSWORD, newPassword: NEW };
    const changed = await app.call('auth.changePassword', { input, headers: bearer(asha.accessToken) });
    expect([changed.status, errorData(changed).code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(await storedHash()).toBe(hash);
    // One of them is the password, which must not stand in the database when the test ends.
    await importHash('none');
  });

  it.each([
    ['m=4294967295,t=2,p=8', 'more memory than there is'],
    ['m=262145,t=2,p=8', 'more than 256 MiB'],
    ['m=262144,t=5,p=8', 'more than 1,048,576 KiB-passes'],
    ['m=32769,t=32,p=8', 'a little more than 1,048,576 KiB-passes'],
    ['m=64,t=4294967295,p=8', 'years of passes'],
    ['m=64,t=33,p=8', '33 passes'],
    ['m=640,t=2,p=17', '17 lanes'],
    ['m=63,t=2,p=8', 'less memory than its lanes need'],
    ['m=64,t=0,p=8', 'no passes'],
    ['m=64,m=64,p=8', 'one parameter twice'],
    ['m=64,t=2', 'a parameter too few'],
    ['m=64,t=2,p=8,data=YWJj', 'a parameter too many'],
  ])('such as argon2id with %s (%s): ours and Django’s', async (parameters) => {
    const imported = (await djangoArgon2(PASSWORD)).replace('m=64,t=2,p=8', parameters);
    const verify = vi.spyOn(argon2, 'verify');
    try {
      for (const hash of [imported, imported.replace('argon2$', '$')]) {
        await importHash(hash);
        expect([hash, await endingOf(app.signIn(asha.email))]).toEqual([hash, 'INVALID_CREDENTIALS']);
        // What is computed is the dummy, not what the hash asks for.
        expect(verify.mock.lastCall?.[0]).toMatch(/^\$argon2id\$v=19\$m=8,p=1,t=1\$/);
      }
    } finally {
      verify.mockRestore();
    }
  });

  it.each([
    ['of cost 17', BCRYPT.replace('$04$', '$17$')],
    ['of cost 31', BCRYPT.replace('$04$', '$31$')],
    ['of cost 3', BCRYPT.replace('$04$', '$03$')],
    ['of a cost of one digit', BCRYPT.replace('$04$', '$4$')],
    ['of another revision', BCRYPT.replace('$2b$', '$2y$')],
    ['without its last character', BCRYPT.slice(0, -1)],
    ['with a character too many', `${BCRYPT}C`],
    ['with a salt of 129 bits', BCRYPT.replace('Yhe', 'Yhf')],
    ['with a digest of 185 bits', BCRYPT.replace(/C$/, 'D')],
  ])('such as bcrypt %s: it is not computed', async (_name, modular) => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    expect((await passwords.verify(`bcrypt_sha256$${BCRYPT}`, PASSWORD)).valid).toBe(true);
    const compare = vi.spyOn(bcrypt, 'compare');
    try {
      expect((await passwords.verify(`bcrypt_sha256$${modular}`, PASSWORD)).valid).toBe(false);
      expect(compare).not.toHaveBeenCalled();
    } finally {
      compare.mockRestore();
    }
  });

  it('takes the work of the hash that an unknown account gets', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    const verify = vi.spyOn(argon2, 'verify');
    try {
      for (const hash of [undefined, ...GARBAGE.map(([, garbage]) => garbage)]) {
        expect(await passwords.verify(hash, PASSWORD)).toEqual({ valid: false, outdated: false });
      }
      expect(verify).toHaveBeenCalledTimes(GARBAGE.length + 1);
      expect(new Set(verify.mock.calls.map(([dummy]) => dummy)).size).toBe(1);
    } finally {
      verify.mockRestore();
    }
  });

  it('does not open to the password that is hashed in its place', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    const verify = vi.spyOn(argon2, 'verify').mockResolvedValue(true);
    try {
      expect((await passwords.verify('garbage', PASSWORD)).valid).toBe(false);
      expect((await passwords.verify(undefined, PASSWORD)).valid).toBe(false);
    } finally {
      verify.mockRestore();
    }
  });
});
