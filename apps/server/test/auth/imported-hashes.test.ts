import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPasswords } from '../../src/auth/password.ts';
import { endingOf } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { CHEAP_HASH, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { djangoArgon2, djangoBcrypt, djangoPbkdf2, djangoPbkdf2Sha1 } from './django-hashes.ts';

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

const FORMATS = [
  ['pbkdf2_sha256', async (password: string) => djangoPbkdf2(password)],
  ['pbkdf2_sha1', async (password: string) => djangoPbkdf2Sha1(password)],
  ['argon2', djangoArgon2],
  ['bcrypt_sha256', (password: string) => djangoBcrypt(password)],
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

describe('an imported hash', () => {
  // Hashes that circulate with their passwords, or were made with Python's hashlib, libxcrypt and argon2, so that this
  // code does not judge only what it made itself.
  it.each([
    ['lètmein', 'pbkdf2_sha256$260000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo='],
    ['lètmein', 'pbkdf2_sha1$260000$seasalt2$wAibXvW6jgvatCdONi6SMJ6q7mI='],
    ['lètmein', 'bcrypt_sha256$$2b$12$8Zx3Qm1Vt7Kp0Ls5Wd9Yhe1HxkUeqgZJq96LhaDZD4td7h2Y6YJPW'],
    ['lètmein', 'bcrypt_sha256$$2a$06$8Zx3Qm1Vt7Kp0Ls5Wd9Yhe5CEglUSnCLwzKZYxOixvPY2QiUfmi0y'],
    // bcrypt alone would read no more than 72 of these.
    ['x'.repeat(100), 'bcrypt_sha256$$2b$04$8Zx3Qm1Vt7Kp0Ls5Wd9YhemUkpCZ0H.VpJfbmkWNI2PiDN54c1hZC'],
    ['secret', 'argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw'],
    // With the parameters of Django before 3.2, by the reference implementation.
    ['secret', 'argon2$argon2i$v=19$m=512,t=2,p=2$YUJjRGVGZ0hpSmtMbU5vUA$t18stYhAtdnvsIf0efplRA'],
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
    for (const encode of [djangoPbkdf2, djangoPbkdf2Sha1]) {
      const past = await passwords.verify(encode(PASSWORD, 5_000_001), PASSWORD);
      expect(past).toEqual({ valid: false, outdated: false });
    }
  });

  it('may have a bcrypt cost from 4 to 16', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    const hash = 'bcrypt_sha256$$2b$16$8Zx3Qm1Vt7Kp0Ls5Wd9YheGrf7T8b39OTauyNujX7PVbCaGww54oi';
    expect((await passwords.verify(hash, 'lètmein')).valid).toBe(true);
    expect((await passwords.verify(await djangoBcrypt(PASSWORD, 4), PASSWORD)).valid).toBe(true);
  });

  it('of argon2 may have 256 MiB, 16 lanes and 32 passes, and 1,048,576 KiB-passes', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    for (const parameters of [
      { memory: 262_144, passes: 4, lanes: 16 },
      { memory: 32_768, passes: 32, lanes: 1 },
    ]) {
      const hash = await djangoArgon2(PASSWORD, parameters);
      expect(await passwords.verify(hash, PASSWORD)).toEqual({ valid: true, outdated: true });
      expect((await passwords.verify(hash.replace('argon2$', '$'), PASSWORD)).valid).toBe(true);
    }
  });

  it('of bcrypt leaves the event loop free while it is judged', async () => {
    const passwords = await createPasswords({ slots: 1, cost: CHEAP_HASH });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    const hash = 'bcrypt_sha256$$2b$12$8Zx3Qm1Vt7Kp0Ls5Wd9Yhe1HxkUeqgZJq96LhaDZD4td7h2Y6YJPW';
    expect((await passwords.verify(hash, 'lètmein')).valid).toBe(true);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
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
