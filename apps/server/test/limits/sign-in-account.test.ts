import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorData } from '../support/calls.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { BEHIND_A_PROXY, codeOf, countJudged, countsOf, from, pointsOf, trySignIn } from './support.ts';

const FREE = 40;

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: BEHIND_A_PROXY });
});
beforeEach(async () => {
  asha = await app.signUp();
  // Each test's guesses come from an address that nobody has guessed from.
  await app.sql(`delete from rate_limits where key like 'sign_in_address:%'`);
});
afterAll(() => app[Symbol.asyncDispose]());

describe('wrong sign-ins on one account', () => {
  it('are refused after the fortieth, with the wait in the header, the body and the sentence', async () => {
    expect(await countJudged(() => trySignIn(app, asha.email))).toBe(FREE);
    const answer = await trySignIn(app, asha.email);
    const { code, httpStatus, retryAfterSeconds } = errorData(answer);
    expect([answer.status, code, httpStatus]).toEqual([429, 'RATE_LIMITED', 429]);
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(30);
    expect(answer.headers.get('retry-after')).toBe(String(retryAfterSeconds));
    expect(answer.body.error.message).toMatch(/^Too many attempts; try again in \d+ seconds?\.$/);
  });

  it('are refused at the same try for a known, an unknown and a disabled account', async () => {
    const disabled = await app.signUp();
    await app.sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
    const emails = [asha.email, newPerson().email, disabled.email];
    const judged = [];
    for (const [index, email] of emails.entries()) {
      const headers = from(`192.0.2.${index}`);
      judged.push(await countJudged(() => trySignIn(app, email, { headers })));
    }
    expect(judged).toEqual([FREE, FREE, FREE]);
  });

  it('and the refusal is one answer for the three', async () => {
    const disabled = await app.signUp();
    await app.sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
    const refusals = [];
    for (const [index, email] of [asha.email, newPerson().email, disabled.email].entries()) {
      const headers = from(`192.0.2.${index}`);
      await countJudged(() => trySignIn(app, email, { headers }));
      const { status, headers: sent, body } = await trySignIn(app, email, { headers });
      const { requestId: _, retryAfterSeconds: __, ...data } = body.error.data;
      refusals.push(JSON.stringify({ status, names: [...sent.keys()].sort(), data }));
    }
    expect(new Set(refusals).size).toBe(1);
  });

  it('are counted together from many addresses', async () => {
    const fromAnother = (index: number) =>
      trySignIn(app, asha.email, { headers: from(`198.51.100.${index}`) });
    expect(await countJudged(fromAnother)).toBe(FREE);
  });

  it('are counted together by whatever name the account is called', async () => {
    const ravi = await app.signUp({ username: `Ravi-${crypto.randomUUID()}`, email: newPerson().email });
    const names = [ravi.email, ravi.email.toUpperCase(), `  ${ravi.email}`, ravi.user.username];
    expect(await countJudged((index) => trySignIn(app, names[index % 4] ?? ''))).toBe(FREE);
  });

  it('are refused with the right password too, which would tell that it is right', async () => {
    await countJudged(() => trySignIn(app, asha.email));
    expect(codeOf(await trySignIn(app, asha.email, { password: PASSWORD }))).toBe('RATE_LIMITED');
  });

  it('of a disabled account with its right password are wrong ones', async () => {
    await app.sql('update users set disabled_at = now() where id = $1', [asha.user.id]);
    expect(await countJudged(() => trySignIn(app, asha.email, { password: PASSWORD }))).toBe(FREE);
  });

  it('that are not judged are not the address’s tries either', async () => {
    await countJudged(() => trySignIn(app, asha.email));
    for (let index = 0; index < 10; index += 1) await trySignIn(app, asha.email);
    expect((await countsOf(app, 'sign_in_address')).map(({ points }) => points)).toEqual([FREE]);
  });

  it('leave every other account alone', async () => {
    await countJudged(() => trySignIn(app, asha.email));
    const ravi = await app.signUp();
    expect(codeOf(await trySignIn(app, ravi.email, { password: PASSWORD }))).toBe('ok');
  });

  it('start from nothing after a good one', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < FREE - 1; index += 1) await trySignIn(app, asha.email);
      expect(codeOf(await trySignIn(app, asha.email, { password: PASSWORD }))).toBe('ok');
      await app.sql(`delete from rate_limits where key like 'sign_in_address:%'`);
    }
    expect(await pointsOf(app, 'sign_in_account', asha.user.id)).toBeUndefined();
  });
});

describe('a batch of ten sign-ins', () => {
  const batch = (email: string) => {
    const call = { identifier: email, password: 'not-the-password-42', credential: 'bearer' };
    return fetch(`${app.url}/trpc/${Array(10).fill('auth.signIn').join()}?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, call]))),
    });
  };

  it('is ten tries', async () => {
    await batch(asha.email);
    expect(await pointsOf(app, 'sign_in_account', asha.user.id)).toBe(10);
    for (let round = 0; round < 3; round += 1) await batch(asha.email);
    const answers = (await (await batch(asha.email)).json()) as { error: { data: { code: string } } }[];
    expect(answers.map(({ error }) => error.data.code)).toEqual(Array(10).fill('RATE_LIMITED'));
  });
});

describe('good sign-ins', () => {
  it('are never limited, hundreds of them one after another', async () => {
    for (let index = 0; index < 300; index += 1) {
      expect(codeOf(await trySignIn(app, asha.email, { password: PASSWORD }))).toBe('ok');
    }
  });

  it('nor many at once, as many as the server hashes and lets wait', async () => {
    const codes = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const signIns = Array.from({ length: 32 }, () => trySignIn(app, asha.email, { password: PASSWORD }));
      for (const answer of await Promise.all(signIns)) codes.add(codeOf(answer));
    }
    expect(codes).toEqual(new Set(['ok']));
  });

  it('of many people from one address are none of the address’s tries', async () => {
    const ravi = await app.signUp();
    for (let index = 0; index < 130; index += 1) {
      const { email } = index % 2 === 0 ? asha : ravi;
      expect(codeOf(await trySignIn(app, email, { password: PASSWORD }))).toBe('ok');
    }
    expect((await countsOf(app, 'sign_in_address')).map(({ points }) => points)).toEqual([0]);
  });
});
