import { describe, expect, test } from 'vitest';
import { useTestApp } from '../consent/support.ts';
import { PASSWORD } from '../support/test-app.ts';
import { FORMATS, importRecords } from './support.ts';

const URLS = [
  ['POST /api/auth/login/', 'email'],
  ['POST /api/users/login/', 'email'],
  ['POST /user/api/login/', 'username'],
] as const;

const shared = useTestApp({ env: { RATE_LIMITS: 'off' } });

describe.each(FORMATS)('an account imported with a hash of %s', (format, encode) => {
  test.each(URLS)('signs in at %s', async (route, identifier) => {
    const name = `${format}-${URLS.findIndex(([url]) => url === route)}`;
    const account = { email: `${name}@example.com`, username: name, password: await encode() };
    await importRecords(shared(), account);
    const signIn = (password: string) =>
      shared().rest(route, { body: { [identifier]: account[identifier], password } });
    const stored = () =>
      shared().sql<{ hash: string }>('select password_hash as hash from users where email = $1', [
        account.email,
      ]);
    expect((await signIn('not-the-password-42')).status).toBeGreaterThanOrEqual(400);
    expect(await stored()).toEqual([{ hash: account.password }]);
    // By the imported hash, and then by ours in its place.
    for (const _ of [1, 2]) {
      expect((await signIn(PASSWORD)).status).toBe(200);
      expect((await stored())[0]?.hash).toMatch(/^\$argon2id\$/);
    }
  });
});
