import { ERROR_CODES, LANGUAGES } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEXTS } from '../../src/http/account-pages/texts.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { visit } from './account-page-visit.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

describe('an error of the server', () => {
  const refuse = (status: number, data: object) => () =>
    Response.json({ error: { message: '', code: 0, data } }, { status });

  it.each(LANGUAGES)('is told in a sentence in %s, whatever its code', async (lang) => {
    using page = await visit(app, `/account/verify-email?token=abc&lang=${lang}`);
    for (const code of Object.keys(ERROR_CODES)) {
      page.wire.answer = refuse(400, { code, httpStatus: 400, requestId: 'the-request' });
      await page.submit();
      expect(page.status()).toMatch(/^\P{L}*\p{L}[^{}]*$/u);
      expect(page.status()).not.toMatch(/undefined|null|NaN/);
      expect(page.visible('#status').className).toBe('error');
    }
  });

  it('that has no sentence of its own names the request', async () => {
    using page = await visit(app, '/account/verify-email?token=abc');
    page.wire.answer = refuse(500, { code: 'INTERNAL', httpStatus: 500, requestId: 'the-request' });
    await page.submit();
    expect(page.status()).toBe(TEXTS.en.errors.REPORTED.replace('{requestId}', 'the-request'));
  });

  it.each([
    [10, '10 seconds'],
    [1, '1 second'],
    [600, '10 minutes'],
    [601, '11 minutes'],
    [7200, '2 hours'],
  ])('says how long to wait: %i seconds as %s', async (seconds, time) => {
    using page = await visit(app, '/account/verify-email?token=abc');
    const data = { code: 'RATE_LIMITED', httpStatus: 429, requestId: 'x', retryAfterSeconds: seconds };
    page.wire.answer = refuse(429, data);
    await page.submit();
    expect(page.status()).toBe(`Too many attempts. Try again in ${time}.`);
  });

  it('that is no answer of ours, such as a proxy’s page, is told too', async () => {
    using page = await visit(app, '/account/verify-email?token=abc');
    for (const answer of [
      () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
      () => new Response('', { status: 200 }),
      () => Response.json(null, { status: 200 }),
      () => Response.json({ error: {} }, { status: 418 }),
    ]) {
      page.wire.answer = answer;
      await page.submit();
      expect(page.status()).toBe(TEXTS.en.errors.UNEXPECTED);
    }
  });
});

it('whoever tries many links is told to wait, and for how long', async () => {
  await using strict = await startTestApp();
  using page = await visit(strict, `/account/verify-email?token=${'0'.repeat(40)}`);
  for (let tries = 0; tries < 40; tries++) await page.submit();
  expect(page.status()).toMatch(/^Too many attempts\. Try again in \d+ (minutes|seconds)\.$/);
});
