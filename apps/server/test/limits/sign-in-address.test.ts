import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import {
  BEHIND_A_PROXY,
  codeOf,
  countJudged,
  countsOf,
  from,
  pointsOf,
  setPoints,
  trySignIn,
} from './support.ts';

const FREE = 120;

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: BEHIND_A_PROXY });
  asha = await app.signUp();
});
beforeEach(() => app.sql('delete from rate_limits'));
afterAll(() => app[Symbol.asyncDispose]());

const someone = () => newPerson().email;
/** Leaves so many free tries to every address that has made one. */
const leave = (tries: number) => setPoints(app, 'sign_in_address', FREE - tries);

describe('wrong sign-ins from one address', () => {
  it('at a different account each are refused after 120', async () => {
    expect(await countJudged(() => trySignIn(app, someone()))).toBe(FREE);
    expect(codeOf(await trySignIn(app, asha.email, { password: PASSWORD }))).toBe('RATE_LIMITED');
  });

  it('leave every other address alone', async () => {
    await trySignIn(app, someone(), { headers: from('203.0.113.7') });
    await leave(1);
    const attempts = (ip: string) => countJudged(() => trySignIn(app, someone(), { headers: from(ip) }));
    expect(await attempts('203.0.113.7')).toBe(1);
    const other = from('203.0.113.8');
    expect(codeOf(await trySignIn(app, asha.email, { password: PASSWORD, headers: other }))).toBe('ok');
  });

  it.each([
    ['one /64 of IPv6', '2001:db8:1:2::1', '2001:db8:1:2:ffff:eeee:dddd:cccc'],
    ['IPv6, however it is written', '2001:db8:1:2::1', '2001:0DB8:0001:0002:0:0:0:1'],
    ['IPv4 written as IPv6', '203.0.113.9', '::ffff:203.0.113.9'],
  ])('count together: %s', async (_name, first, second) => {
    await trySignIn(app, someone(), { headers: from(first) });
    await leave(1);
    expect(codeOf(await trySignIn(app, someone(), { headers: from(second) }))).toBe('INVALID_CREDENTIALS');
    expect(codeOf(await trySignIn(app, someone(), { headers: from(first) }))).toBe('RATE_LIMITED');
    expect(await countsOf(app, 'sign_in_address')).toHaveLength(1);
  });

  it('count apart for two networks of IPv6', async () => {
    await trySignIn(app, someone(), { headers: from('2001:db8:1:2::1') });
    await trySignIn(app, someone(), { headers: from('2001:db8:1:3::1') });
    expect(await countsOf(app, 'sign_in_address')).toHaveLength(2);
  });

  it('do not count for other addresses because a client says so, without a proxy that is trusted', async () => {
    await using direct = await startTestApp();
    for (let index = 0; index < 5; index += 1) {
      await trySignIn(direct, someone(), { headers: from(`198.51.100.${index}`) });
    }
    const [count, ...others] = await countsOf(direct, 'sign_in_address');
    expect([count?.points, others]).toEqual([5, []]);
  });

  it('do not count the account as well once the address is refused', async () => {
    await trySignIn(app, someone());
    await leave(1);
    await trySignIn(app, someone());
    for (let index = 0; index < 5; index += 1) await trySignIn(app, asha.email);
    expect(await pointsOf(app, 'sign_in_account', asha.user.id)).toBeUndefined();
  });
});

describe('what is kept of a sign-in', () => {
  it('names neither the address nor the account that somebody tried', async () => {
    await trySignIn(app, 'secret-name@example.com', { headers: from('203.0.113.7') });
    await trySignIn(app, 'secret-name', { headers: from('2001:db8:1:2::1') });
    await trySignIn(app, asha.email);
    const all = (await app.sql<{ key: string }>('select key from rate_limits')).map(({ key }) => key);
    expect(all).toHaveLength(6);
    for (const key of all) expect(key).toMatch(/^sign_in_(account|address):([0-9a-f]{64}|[0-9a-f-]{36})$/);
    expect(all.join()).not.toMatch(/secret|203\.0|2001:|db8|example/);
  });
});
