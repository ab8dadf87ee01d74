import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailedToken } from '../auth/mail-links.ts';
import { bearer, errorData } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { BEHIND_A_PROXY, codeOf, countCodes, countJudged, from, pointsOf, trySignIn } from './support.ts';

const MINUTE = 60_000;
const NEW = 'copper-violin-marsh-77';
const HOME = from('192.0.2.7');
const ELSEWHERE = from('192.0.2.8');

let app: TestApp;
let twin: TestApp;
let asha: Person;
let attack: Attack;
beforeAll(async () => {
  app = await startTestApp({ env: BEHIND_A_PROXY, jobs: true });
  twin = await startTestApp({ env: BEHIND_A_PROXY, database: app.database });
});
beforeEach(async () => {
  await app.sql('delete from rate_limits');
  asha = await app.signUp();
  attack = startAttack();
  await attack.refused();
});
afterEach(async () => {
  await attack.stop();
  vi.useRealTimers();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

interface Attack {
  /** Waits until the account's tries are used up, and guesses are refused. */
  refused(): Promise<void>;
  stop(): Promise<void>;
}

/** Guesses at Asha's account that do not end, from six addresses on both instances. */
function startAttack(): Attack {
  let goesOn = true;
  const guessFrom = async (index: number) => {
    while (goesOn) {
      await trySignIn(index % 2 === 0 ? app : twin, asha.email, { headers: from(`203.0.113.${index}`) });
    }
  };
  const guessing = Promise.all(Array.from({ length: 6 }, (_, index) => guessFrom(index)));
  return {
    refused: () =>
      eventually(async () => ((await pointsOf(app, 'sign_in_account', asha.user.id)) ?? 0) >= 40),
    async stop() {
      goesOn = false;
      await guessing;
    },
  };
}

let mailed = 0;
beforeEach(() => {
  mailed = 0;
});
const resetByMail = async (headers = HOME, newPassword = NEW) => {
  await app.call('auth.requestPasswordReset', { input: { email: asha.email }, headers });
  mailed += 1;
  const token = await mailedToken(app, asha.email, 'reset-password', mailed);
  const answer = await app.call('auth.resetPassword', { input: { token, newPassword }, headers });
  expect(codeOf(answer)).toBe('ok');
};
/** Stands still, so that no delay ends by itself. */
const stopTheClock = (milliseconds = 0) =>
  void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
const comeIn = (headers = HOME, password = NEW, instance = app) =>
  trySignIn(instance, asha.email, { password, headers });

describe('the owner of an account under an attack that does not end', () => {
  it('gets in right after a reset by mail, again and again, on every instance', async () => {
    stopTheClock();
    expect(codeOf(await comeIn())).toBe('RATE_LIMITED');
    await resetByMail();
    await attack.refused();
    for (let round = 0; round < 12; round += 1) {
      expect(codeOf(await comeIn(HOME, NEW, round % 2 === 0 ? app : twin))).toBe('ok');
    }
    // Her own sign-ins gave the strangers no new tries.
    expect(await pointsOf(app, 'sign_in_account', asha.user.id)).toBe(40);
  });

  it('gets in by username, too, and from an address that is refused itself', async () => {
    stopTheClock();
    await resetByMail();
    await attack.refused();
    expect(codeOf(await trySignIn(app, asha.user.username, { password: NEW, headers: HOME }))).toBe('ok');
    await comeIn();
    await app.sql(`update rate_limits set points = 200, expire = $1 where key like 'sign_in_address:%'`, [
      Date.now() + MINUTE,
    ]);
    expect(codeOf(await trySignIn(app, 'nobody@example.com', { headers: HOME }))).toBe('RATE_LIMITED');
    expect(codeOf(await comeIn())).toBe('ok');
  });

  it('is let in nowhere but where the password was reset, unless with a session', async () => {
    stopTheClock();
    await resetByMail();
    await attack.refused();
    expect(codeOf(await comeIn(ELSEWHERE))).toBe('RATE_LIMITED');
    const session = await comeIn();
    const { accessToken } = session.body.result.data;
    expect(codeOf(await comeIn({ ...ELSEWHERE, ...bearer(accessToken) }))).toBe('ok');
  });

  it('has ten tries of the new password there, and then waits like everybody', async () => {
    stopTheClock();
    await resetByMail();
    await attack.refused();
    expect(await countJudged(() => comeIn(HOME, 'not-her-password'))).toBe(10);
    const [mine, another] = [await comeIn(), await comeIn(ELSEWHERE)];
    expect(errorData(mine).retryAfterSeconds).toBe(errorData(another).retryAfterSeconds);
    expect(codeOf(mine)).toBe('RATE_LIMITED');
    await resetByMail(HOME, 'another-violin-marsh-78');
    await attack.refused();
    expect(codeOf(await comeIn(HOME, 'another-violin-marsh-78'))).toBe('ok');
  });

  it('of thirty wrong tries there at once on two instances, ten are judged', async () => {
    stopTheClock();
    await resetByMail();
    await attack.refused();
    const tries = Array.from({ length: 30 }, (_, index) =>
      comeIn(HOME, 'not-her-password', index % 2 === 0 ? app : twin),
    );
    expect(countCodes(await Promise.all(tries))).toEqual({ INVALID_CREDENTIALS: 10, RATE_LIMITED: 20 });
  });

  it('is let in there for an hour, however often, and then no more', async () => {
    stopTheClock();
    await resetByMail();
    await attack.refused();
    stopTheClock(60 * MINUTE - 1);
    await eventually(async () => ((await pointsOf(app, 'sign_in_account', asha.user.id)) ?? 0) > 40);
    expect(codeOf(await comeIn())).toBe('ok');
    stopTheClock(1);
    expect(codeOf(await comeIn())).toBe('RATE_LIMITED');
  });

  it('gives a stranger at that address no way into another account', async () => {
    stopTheClock();
    await resetByMail();
    const ravi = await app.signUp();
    await countJudged(() => trySignIn(app, ravi.email, { headers: ELSEWHERE }));
    expect(codeOf(await trySignIn(app, ravi.email, { password: ravi.password, headers: HOME }))).toBe(
      'RATE_LIMITED',
    );
  });

  it('is granted nothing for a reset that was refused', async () => {
    stopTheClock();
    const input = { token: '0123456789abcdef0123456789abcdef01234567', newPassword: NEW };
    await app.call('auth.resetPassword', { input, headers: HOME });
    expect(await app.sql(`select key from rate_limits where key like 'sign_in_recovered:%'`)).toEqual([]);
    expect(codeOf(await comeIn(HOME, asha.password))).toBe('RATE_LIMITED');
  });
});
