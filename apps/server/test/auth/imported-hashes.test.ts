import { pbkdf2Sync } from 'node:crypto';
import argon2 from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPasswords } from '../../src/auth/password.ts';
import { bearer, endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { CHEAP_HASH, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

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

/** As django.contrib.auth.hashers.PBKDF2PasswordHasher encodes it. */
function djangoPbkdf2(password: string, iterations = 1000, salt = 'hXq8VZ2mZyM0cT6u0bTk9A'): string {
  const digest = pbkdf2Sync(Buffer.from(password), salt, iterations, 32, 'sha256');
  return `pbkdf2_sha256$${iterations}$${salt}$${digest.toString('base64')}`;
}

/** As django.contrib.auth.hashers.Argon2PasswordHasher does: with the parameters in argon2-cffi's order. */
async function djangoArgon2(password: string): Promise<string> {
  const cost = { memoryCost: 64, timeCost: 2, parallelism: 8, hashLength: 32 };
  const salt = Buffer.from('aBcDeFgHiJkLmNoPqRsTuV');
  const digest = await argon2.hash(password, { type: argon2.argon2id, ...cost, salt, raw: true });
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `argon2$argon2id$v=19$m=64,t=2,p=8$${encode(salt)}$${encode(digest)}`;
}

const FORMATS = [
  ['pbkdf2_sha256', async (password: string) => djangoPbkdf2(password)],
  ['argon2', djangoArgon2],
] as const;

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

describe.each(FORMATS)('an account imported with Django’s %s hash', (_name, encode) => {
  it('signs in, has our hash from then on, and signs in again', async () => {
    await importHash(await encode(PASSWORD));
    expect((await app.signIn(asha.email)).user.id).toBe(asha.user.id);
    const replaced = await storedHash();
    expect(replaced).toMatch(/^\$argon2id\$v=19\$m=8,p=1,t=1\$/);
    expect((await app.signIn(asha.email)).user.id).toBe(asha.user.id);
    expect(await storedHash()).toBe(replaced);
  });

  it('keeps the sessions that it has', async () => {
    await importHash(await encode(PASSWORD));
    await app.signIn(asha.email);
    expect((await asha.client.auth.me.query()).user.id).toBe(asha.user.id);
  });

  it('of two sign-ins at once, both succeed', async () => {
    await importHash(await encode(PASSWORD));
    const both = [app.signIn(asha.email), app.signIn(asha.email)];
    expect((await Promise.all(both)).map(({ user }) => user.id)).toEqual([asha.user.id, asha.user.id]);
    expect(await endingOf(app.signIn(asha.email))).toBe('ok');
  });

  it('answers a wrong password as every other account does, and keeps its hash', async () => {
    const imported = await encode(PASSWORD);
    await importHash(imported);
    const ours = await app.signUp();
    const answers = [];
    for (const identifier of [asha.email, ours.email, 'nobody@example.com']) {
      const { status, headers, body } = await signIn(identifier, 'not-the-password');
      const { requestId: _, ...data } = body.error.data;
      answers.push(
        JSON.stringify({ status, names: [...headers.keys()].sort(), message: body.error.message, data }),
      );
    }
    expect(answers[0]).toContain('"status":401');
    expect(answers[0]).toContain('INVALID_CREDENTIALS');
    expect(new Set(answers).size).toBe(1);
    expect(await storedHash()).toBe(imported);
  });

  it('is refused with the right password while it is disabled, and keeps its hash', async () => {
    const imported = await encode(PASSWORD);
    await importHash(imported);
    await app.sql('update users set disabled_at = now() where id = $1', [asha.user.id]);
    expect(await endingOf(app.signIn(asha.email))).toBe('INVALID_CREDENTIALS');
    expect(await storedHash()).toBe(imported);
  });

  it('changes its password, against the one that was imported', async () => {
    await importHash(await encode(PASSWORD));
    const change = (currentPassword: string) =>
      asha.client.auth.changePassword.mutate({ currentPassword, newPassword: NEW });
    expect(await errorOf(change('not-the-password'))).toMatchObject({
      httpStatus: 401,
      fields: { currentPassword: ['The current password is wrong.'] },
    });
    expect(await endingOf(change(PASSWORD))).toBe('ok');
    expect(await storedHash()).toMatch(/^\$argon2id\$/);
    expect(await endingOf(app.signIn(asha.email, PASSWORD))).toBe('INVALID_CREDENTIALS');
    expect(await endingOf(app.signIn(asha.email, NEW))).toBe('ok');
  });

  // Django hashed what was typed, and keyboards differ in whether they compose.
  it.each([
    ['composed, typed composed', 'NFC', 'NFC', 'ok'],
    ['composed, typed decomposed', 'NFC', 'NFD', 'ok'],
    ['decomposed, typed decomposed', 'NFD', 'NFD', 'ok'],
    ['decomposed, typed composed', 'NFD', 'NFC', 'INVALID_CREDENTIALS'],
  ])('hashed %s', async (_case, hashed, typed, ending) => {
    const password = 'crème-brûlée-à-la-carte';
    await importHash(await encode(password.normalize(hashed)));
    expect(await endingOf(app.signIn(asha.email, password.normalize(typed)))).toBe(ending);
    if (ending !== 'ok') return;
    for (const form of ['NFC', 'NFD']) {
      expect(await endingOf(app.signIn(asha.email, password.normalize(form)))).toBe('ok');
    }
  });
});

const digest = (password: string, length: number) =>
  pbkdf2Sync(password, 'salt', 1000, length, 'sha256').toString('base64');
const GARBAGE = [
  ['nothing', ''],
  ['Django’s unusable password', '!hXq8VZ2mZyM0cT6u0bTk9AhXq8VZ2mZyM0cT6u0'],
  ['the password itself', PASSWORD],
  ['another algorithm of Django’s', `pbkdf2_sha1$1000$salt$${digest(PASSWORD, 20)}`],
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
  ['argon2i', 'argon2$argon2i$v=19$m=64,t=2,p=8$YUJjRGVGZ0hpSmtMbU4$YUJjRGVGZ0hpSmtMbU4YUJjRGVGZ0hpSmtMbU4'],
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
    ['m=2097152,t=2,p=8', '2 GiB'],
    ['m=64,t=4294967295,p=8', 'years of passes'],
    ['m=64,t=33,p=8', '33 passes'],
    ['m=640,t=2,p=65', '65 lanes'],
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

describe('an imported hash', () => {
  // Hashes that circulate with their passwords, so that this code does not judge only what it made itself.
  it.each([
    ['lètmein', 'pbkdf2_sha256$260000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo='],
    ['secret', 'argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw'],
  ])('is read as Django reads it: %s', async (password, hash) => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    expect(await passwords.verify(hash, password)).toEqual({ valid: true, outdated: true });
    expect((await passwords.verify(hash, `${password} `)).valid).toBe(false);
  });

  it('may have from 1 to 5,000,000 iterations', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    for (const iterations of [1, 5_000_000]) {
      const verdict = await passwords.verify(djangoPbkdf2(PASSWORD, iterations), PASSWORD);
      expect([iterations, verdict]).toEqual([iterations, { valid: true, outdated: true }]);
    }
    const past = await passwords.verify(djangoPbkdf2(PASSWORD, 5_000_001), PASSWORD);
    expect(past).toEqual({ valid: false, outdated: false });
  });

  it('is computed in the queue, in one turn for both forms of a password', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    const run = vi.spyOn(passwords.queue, 'run');
    const hash = djangoPbkdf2('crème-brûlée'.normalize('NFC'), 20_000);
    const verdict = passwords.verify(hash, 'crème-brûlée'.normalize('NFD'));
    expect(passwords.queue.running).toBe(1);
    expect((await verdict).valid).toBe(true);
    expect([run.mock.calls.length, passwords.queue.running]).toEqual([1, 0]);
  });
});
