import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, tally } from '../support/calls.ts';
import { PASSWORD, startTestApp, type TestApp } from '../support/test-app.ts';
import { countCodes, countsOf, setPoints, trySignIn, WRONG } from './support.ts';

let app: TestApp;
let twin: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
});
beforeEach(() => app.sql('delete from rate_limits'));
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** Thirty at once, on two instances in turn. */
const thirty = <Result>(attempt: (instance: TestApp) => Promise<Result>) =>
  Promise.all(Array.from({ length: 30 }, (_, index) => attempt(index % 2 === 0 ? app : twin)));

describe('of thirty at once on two instances with one try left, one is judged', () => {
  it('at an account', async () => {
    const asha = await app.signUp();
    for (let round = 0; round < 5; round += 1) {
      await app.sql('delete from rate_limits');
      await trySignIn(app, asha.email);
      await setPoints(app, 'sign_in_account', 39);
      const answers = await thirty((instance) => trySignIn(instance, asha.email));
      expect(countCodes(answers)).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 29 });
    }
  });

  it('at an account whose delay is over', async () => {
    const asha = await app.signUp();
    await trySignIn(app, asha.email);
    for (let round = 0; round < 5; round += 1) {
      await setPoints(app, 'sign_in_account', 40 + round);
      await app.sql(`update rate_limits set expire = $1 where key like 'sign_in_account:%'`, [
        Date.now() - 1,
      ]);
      const answers = await thirty((instance) => trySignIn(instance, asha.email));
      expect(countCodes(answers)).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 29 });
      expect((await countsOf(app, 'sign_in_account'))[0]?.points).toBe(41 + round);
    }
  });

  it('at an account that nobody has tried before, forty are', async () => {
    const answers = [];
    for (let round = 0; round < 3; round += 1) {
      answers.push(...(await thirty((instance) => trySignIn(instance, 'nobody@example.com'))));
    }
    expect(countCodes(answers)).toEqual({ INVALID_CREDENTIALS: 40, RATE_LIMITED: 50 });
  });

  it('from an address', async () => {
    await trySignIn(app, 'nobody@example.com');
    await setPoints(app, 'sign_in_address', 119);
    let count = 0;
    const answers = await thirty((instance) => trySignIn(instance, `nobody-${count++}@example.com`));
    expect(countCodes(answers)).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 29 });
  });

  it('at an account that was recovered from their address', async () => {
    const asha = await app.signUp();
    for (const instance of [app, twin]) await trySignIn(instance, asha.email);
    await setPoints(app, 'sign_in_account', 41);
    const hour = String(Date.now() + 3_600_000);
    await app.sql(`update rate_limits set expire = $1 where key like 'sign_in_account:%'`, [hour]);
    const [address] = await countsOf(app, 'sign_in_address');
    const key = `sign_in_recovered:${asha.user.id}:${address?.key.slice('sign_in_address:'.length)}`;
    await app.sql('insert into rate_limits (key, points, expire) values ($1, 9, $2)', [key, hour]);
    const answers = await thirty((instance) => trySignIn(instance, asha.email));
    expect(countCodes(answers)).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 29 });
  });

  it('of the current password', async () => {
    const asha = await app.signUp();
    const change = (instance: TestApp) =>
      instance.call('auth.changePassword', {
        input: { currentPassword: WRONG, newPassword: 'copper-violin-marsh-77' },
        headers: bearer(asha.accessToken),
      });
    await change(app);
    await setPoints(app, 'password_check', 9);
    expect(countCodes(await thirty(change))).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 29 });
  });

  it('in a window that is fixed', async () => {
    const asha = await app.signUp();
    const refresh = (instance: TestApp) =>
      instance.call('auth.refresh', { input: { refreshToken: asha.refreshToken } });
    await refresh(app);
    await setPoints(app, 'refresh', 99);
    expect(countCodes(await thirty(refresh))).toEqual({ ok: 1, RATE_LIMITED: 29 });
  });
});

describe('good and wrong sign-ins at once on two instances', () => {
  it('never leave more wrong ones judged than there are tries', async () => {
    const asha = await app.signUp();
    const ravi = await app.signUp();
    await trySignIn(app, 'nobody@example.com');
    await setPoints(app, 'sign_in_address', 100);
    const mixed = await thirty(async (instance) => {
      const good = tally([instance.signIn(ravi.email, PASSWORD)]);
      const wrong = trySignIn(instance, asha.email);
      return { good: await good, wrong: await wrong };
    });
    const wrong = countCodes(mixed.map((one) => one.wrong));
    expect(wrong.INVALID_CREDENTIALS).toBeLessThanOrEqual(20);
    const [address] = await countsOf(app, 'sign_in_address');
    expect(address?.points).toBe(100 + (wrong.INVALID_CREDENTIALS ?? 0));
  });
});
