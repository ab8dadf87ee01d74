import { afterAll, beforeAll, expect, it } from 'vitest';
import { statementsOf, textOf } from '../support/statements.ts';
import { newPerson, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
let disabled: Person;
beforeAll(async () => {
  app = await startTestApp();
  asha = await app.signUp();
  disabled = await app.signUp();
  await app.sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
});
afterAll(() => app[Symbol.asyncDispose]());

const ask = (email: string) => app.call('auth.requestPasswordReset', { input: { email } });

it('auth.requestPasswordReset does the same work for an account, a disabled one and nobody', async () => {
  const works = [];
  for (const email of [asha.email, disabled.email, newPerson().email]) {
    works.push((await statementsOf(() => ask(email))).map(textOf));
  }
  expect(new Set(works.map((texts) => texts.join('\n'))).size).toBe(1);
  // Two charges; the audit line and the job, in one transaction.
  expect(works[0]).toHaveLength(6);
  expect(works[0]?.some((text) => /\busers\b/.test(text))).toBe(false);
});

it('it asks to wait at the same request, whether or not there is an account', async () => {
  const refusedAt = async (email: string) => {
    for (let count = 1; ; count += 1) if ((await ask(email)).status === 429) return count;
  };
  const { email } = await app.signUp();
  expect([await refusedAt(email), await refusedAt(newPerson().email)]).toEqual([11, 11]);
});

it('its headers tell what is left for the caller’s network, and not what was mailed to an address', async () => {
  const email = newPerson().email;
  await ask(email);
  const headers = (await ask(email)).headers;
  expect(headers.get('ratelimit')).toMatch(/^"reset_mail_address";r=\d+;t=\d+$/);
});
