import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allJobsDone, linkTokens, mailedToken } from '../auth/mail-links.ts';
import { statementsOf, textOf } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { newAccount, REGISTER } from './support.ts';

const SENT = { detail: 'If an account with this address waits for it, a mail with a link is on its way.' };

const resendOn =
  (app: TestApp) =>
  (email: string, headers: Record<string, string> = {}) =>
    app.rest('POST /api/auth/resend-verification/', { body: { email }, headers });

async function register(app: TestApp): Promise<string> {
  const account = newAccount();
  await REGISTER['session-auth']?.(app, account);
  return account.email;
}

describe('POST /api/auth/resend-verification/', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ jobs: true });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  const resend = (email: string) => resendOn(app)(email);

  it('mails another link to whoever has not verified the address; both work, and no third', async () => {
    const email = await register(app);
    const first = await mailedToken(app, email, 'verify-email');
    const { status, body } = await resend(email.toUpperCase());
    expect([status, body]).toEqual([200, SENT]);
    const second = await mailedToken(app, email, 'verify-email', 2);
    expect(second).not.toBe(first);
    const verified = await app.rest('POST /api/auth/verify-email/', { body: { token: second } });
    expect(verified.status).toBe(200);
    await resend(email);
    await allJobsDone(app);
    expect(await linkTokens(app, email, 'verify-email')).toHaveLength(2);
  });

  it('mails nothing to a verified, a disabled and a foreign address, and answers the same', async () => {
    const [verified, disabled] = [await register(app), await register(app)];
    for (const email of [verified, disabled]) await mailedToken(app, email, 'verify-email');
    await app.sql('update users set email_verified_at = now() where email = $1', [verified]);
    await app.sql('update users set disabled_at = now() where email = $1', [disabled]);
    const foreign = newAccount().email;
    for (const email of [verified, disabled, foreign]) {
      const { status, body } = await resend(email);
      expect([status, body]).toEqual([200, SENT]);
    }
    await allJobsDone(app);
    const counts = [verified, disabled, foreign].map((email) => linkTokens(app, email, 'verify-email'));
    expect((await Promise.all(counts)).map(({ length }) => length)).toEqual([1, 1, 0]);
  });

  it('is 400 on its field for what is no address', async () => {
    for (const email of [undefined, '', 'nobody', 7, `${'a'.repeat(400)}@example.com`]) {
      const { status, body } = await app.rest('POST /api/auth/resend-verification/', { body: { email } });
      expect([status, Object.keys(body)]).toEqual([400, ['email']]);
    }
  });
});

describe('it tells nobody who has an account', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());
  const resend = (email: string, headers?: Record<string, string>) => resendOn(app)(email, headers);

  it('by what it asks of the database', async () => {
    const [waiting, verified, disabled] = [await register(app), await register(app), await register(app)];
    await app.sql('update users set email_verified_at = now() where email = $1', [verified]);
    await app.sql('update users set disabled_at = now() where email = $1', [disabled]);
    const works = [];
    for (const email of [waiting, verified, disabled, newAccount().email]) {
      works.push((await statementsOf(() => resend(email))).map(textOf));
    }
    expect(new Set(works.map((texts) => texts.join('\n'))).size).toBe(1);
    // Two charges; the job, in its transaction.
    expect(works[0]).toHaveLength(5);
    expect(works[0]?.some((text) => /\busers\b/.test(text))).toBe(false);
  });

  it('by when it asks to wait, or by what its headers tell', async () => {
    await using fresh = await startTestApp();
    const refusedAt = async (email: string) => {
      for (let count = 1; ; count += 1) {
        const { status, headers } = await resendOn(fresh)(email);
        if (status === 429) return count;
        expect(headers.get('ratelimit')).toMatch(/^"verification_resend_address";r=\d+;t=\d+$/);
      }
    };
    const email = await register(fresh);
    expect([await refusedAt(email), await refusedAt(newAccount().email)]).toEqual([11, 11]);
    // What one caller's network may ask for, whomever it names.
    let others = 0;
    while ((await resendOn(fresh)(newAccount().email)).status === 200) others += 1;
    expect(others).toBe(28 - 22);
  });

  it('and keeps nobody from resetting a password, nor the other way round', async () => {
    await using fresh = await startTestApp();
    const email = await register(fresh);
    for (let count = 0; count < 10; count += 1) await resendOn(fresh)(email);
    expect((await resendOn(fresh)(email)).status).toBe(429);
    const reset = await fresh.rest('POST /api/auth/password-reset/', { body: { email } });
    expect(reset.status).toBe(200);
  });

  it('is refused to a page of another site', async () => {
    const email = await register(app);
    expect((await resend(email, { origin: 'https://evil.example' })).status).toBe(403);
  });
});
