import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer, endingOf, errorData } from '../support/calls.ts';
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
  WRONG,
} from './support.ts';

const NEW = 'copper-violin-marsh-77';
const MINUTE = 60_000;

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: BEHIND_A_PROXY });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => app[Symbol.asyncDispose]());

const letPass = (milliseconds: number) =>
  void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });

describe('wrong current passwords', () => {
  const change = (currentPassword: string, person = asha, newPassword = NEW) =>
    app.call('auth.changePassword', {
      input: { currentPassword, newPassword },
      headers: bearer(person.accessToken),
    });

  it('are refused after the tenth, the right one too, on every session of the person', async () => {
    const other = { ...asha, ...(await app.signIn(asha.email)) };
    expect(await countJudged((index) => change(WRONG, index % 2 === 0 ? asha : other))).toBe(10);
    expect(codeOf(await change(PASSWORD))).toBe('RATE_LIMITED');
    expect(codeOf(await change(PASSWORD, other))).toBe('RATE_LIMITED');
  });

  it('keep the owner waiting half a minute, and start anew with the right one', async () => {
    await countJudged(() => change(WRONG));
    letPass(MINUTE / 2);
    expect(codeOf(await change(PASSWORD))).toBe('ok');
    expect(await pointsOf(app, 'password_check', asha.user.id)).toBeUndefined();
  });

  it('are each person’s own, and no hindrance to signing in', async () => {
    const ravi = await app.signUp();
    await countJudged(() => change(WRONG));
    expect(codeOf(await change(PASSWORD, ravi))).toBe('ok');
    expect(await endingOf(app.signIn(asha.email))).toBe('ok');
  });

  it('are counted whether the password or the address is to change', async () => {
    const changeEmail = () =>
      app.call('auth.changeEmail', {
        input: { newEmail: newPerson().email, password: WRONG },
        headers: bearer(asha.accessToken),
      });
    expect(await countJudged((index) => (index % 2 === 0 ? change(WRONG) : changeEmail()))).toBe(10);
  });

  it('but not right ones, however often the password is changed', async () => {
    const passwords = [PASSWORD, NEW];
    for (let round = 0; round < 24; round += 1) {
      const [now = '', next = ''] = round % 2 === 0 ? passwords : passwords.toReversed();
      expect(codeOf(await change(now, asha, next))).toBe('ok');
    }
  });
});

describe('sign-ups from one address', () => {
  const signUp = (ip: string, input: object = {}) =>
    app.call('auth.signUp', { input: { ...newPerson(), ...input }, headers: from(ip) });

  it('are 1,500 an hour, those that fail included', async () => {
    await signUp('203.0.113.20', { email: asha.email });
    await app.sql(`update rate_limits set points = 1499 where key like 'sign_up:%' and points = 1`);
    expect(codeOf(await signUp('203.0.113.20'))).toBe('ok');
    const refused = await signUp('203.0.113.20');
    expect(codeOf(refused)).toBe('RATE_LIMITED');
    expect(errorData(refused).retryAfterSeconds).toBeLessThanOrEqual(3_600);
    expect(codeOf(await signUp('203.0.113.21'))).toBe('ok');
    letPass(60 * MINUTE);
    expect(codeOf(await signUp('203.0.113.20'))).toBe('ok');
  });

  it('do not count administrators made on the command line', async () => {
    await app.sql(`delete from rate_limits where key like 'sign_up:%'`);
    await app.signUpAdmin();
    expect(await countsOf(app, 'sign_up')).toEqual([]);
  });
});

describe('refreshing a session', () => {
  const refresh = (refreshToken: string) => app.call('auth.refresh', { input: { refreshToken } });

  it('can be done a hundred times a minute, each session for itself', async () => {
    const other = await app.signIn(asha.email);
    expect(await countJudged(() => refresh(asha.refreshToken))).toBe(100);
    expect(codeOf(await refresh(other.refreshToken))).toBe('ok');
    letPass(MINUTE);
    expect(codeOf(await refresh(asha.refreshToken))).not.toBe('RATE_LIMITED');
  });

  it('is not counted for a token that nobody signed', async () => {
    const before = await countsOf(app, 'refresh');
    await refresh('not.a.token');
    expect(await countsOf(app, 'refresh')).toEqual(before);
  });
});

describe('requests for access', () => {
  let hospital: Person;
  beforeEach(async () => {
    await app.sql('delete from rate_limits');
    hospital = await app.signUpOrganization();
    await asha.client.consent.grant.mutate({ categoryId: 4 });
  });
  const request = (userId = asha.user.id, by = hospital) =>
    app.call('orgAccess.request', {
      input: { userId, categoryId: 4, purpose: 'Care' },
      headers: bearer(by.accessToken),
    });

  it('of one organization are 300 a minute', async () => {
    await request();
    await setPoints(app, 'access_request', 299);
    expect(codeOf(await request())).not.toBe('RATE_LIMITED');
    expect(codeOf(await request())).toBe('RATE_LIMITED');
    const clinic = await app.signUpOrganization();
    expect(codeOf(await request(asha.user.id, clinic))).toBe('ok');
    letPass(MINUTE);
    expect(codeOf(await request())).not.toBe('RATE_LIMITED');
  });

  it('of one organization to one person are 200 an hour', async () => {
    await request();
    await setPoints(app, 'access_request_person', 199);
    expect(codeOf(await request())).not.toBe('RATE_LIMITED');
    expect(codeOf(await request())).toBe('RATE_LIMITED');
    const ravi = await app.signUp();
    expect(codeOf(await request(ravi.user.id))).not.toBe('RATE_LIMITED');
    letPass(60 * MINUTE);
    expect(codeOf(await request())).not.toBe('RATE_LIMITED');
  });

  it('are counted for members only: a citizen’s attempt counts nowhere', async () => {
    expect(codeOf(await request(asha.user.id, asha))).toBe('FORBIDDEN');
    expect(await countsOf(app, 'access_request')).toEqual([]);
  });
});

describe('mails to one address', () => {
  let target: string;
  beforeEach(() => {
    target = newPerson().email;
  });
  const invite = async (email = target) => {
    const hospital = await app.signUpOrganization();
    return app.call('orgAccess.members.invite', { input: { email }, headers: bearer(hospital.accessToken) });
  };
  const changeEmail = (person: Person, email = target) =>
    app.call('auth.changeEmail', {
      input: { newEmail: email, password: PASSWORD },
      headers: bearer(person.accessToken),
    });

  it('are ten an hour, whoever causes them and however the address is spelt', async () => {
    const shout = target.toUpperCase();
    const attempt = async (index: number) =>
      index % 2 === 0 ? invite(shout) : changeEmail(await app.signUp(), target);
    expect(await countJudged(attempt)).toBe(10);
    expect([codeOf(await invite()), codeOf(await changeEmail(asha))]).toEqual([
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    const mails = `select from graphile_worker._private_jobs
      where payload->>'newEmail' = $1 and payload->>'kind' = 'change_email'`;
    expect(await app.sql(mails, [target])).toHaveLength(5);
    expect(codeOf(await invite(newPerson().email))).toBe('ok');
    letPass(60 * MINUTE);
    expect(codeOf(await changeEmail(await app.signUp()))).toBe('ok');
  });

  it('are refused alike whether or not the address has an account', async () => {
    const ravi = await app.signUp();
    const refused: object[] = [];
    for (const email of [ravi.email, target]) {
      const last = async () => [await invite(email), await changeEmail(await app.signUp(), email)];
      await last();
      await setPoints(app, 'mail_target', 10);
      for (const answer of await last()) {
        const { requestId, retryAfterSeconds, ...data } = errorData(answer);
        refused.push({ status: answer.status, ...data });
      }
    }
    expect(refused[0]).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused[2]).toEqual(refused[0]);
    expect(refused[3]).toEqual(refused[1]);
  });

  it('are not counted for a wrong password: nothing is sent', async () => {
    await app.sql('delete from rate_limits');
    await app.call('auth.changeEmail', {
      input: { newEmail: target, password: WRONG },
      headers: bearer(asha.accessToken),
    });
    expect(await countsOf(app, 'mail_target')).toEqual([]);
  });

  it('are counted without the address', async () => {
    await app.sql('delete from rate_limits');
    await invite();
    expect(await countsOf(app, 'mail_target')).toEqual([
      { key: expect.stringMatching(/^mail_target:[0-9a-f]{64}$/), points: 1 },
    ]);
  });
});

describe('a sign-in that is not judged, because too many wait for a hash', () => {
  it('counts nowhere', async () => {
    // Hashes that take their time: most of a hundred at once find no place to wait.
    await using slow = await startTestApp({ hashCost: { memoryKibibytes: 19_456, passes: 4 } });
    const names = Array.from({ length: 100 }, (_, index) => `nobody-${index}@example.com`);
    const answers = await Promise.all(names.map((name) => trySignIn(slow, name)));
    const judged = answers.filter((answer) => codeOf(answer) === 'INVALID_CREDENTIALS').length;
    expect(answers.some((answer) => codeOf(answer) === 'OVERLOADED')).toBe(true);
    expect((await countsOf(slow, 'sign_in_address')).map(({ points }) => points)).toEqual([judged]);
    const accounts = await countsOf(slow, 'sign_in_account');
    expect(accounts.filter(({ points }) => points > 0)).toHaveLength(judged);
  });
});
