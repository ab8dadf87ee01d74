import { LANGUAGES } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../src/http/account-pages/preferred-language.ts';
import { PAGE_NAMES, type PageTexts, TEXTS } from '../../src/http/account-pages/texts.ts';
import { mailedToken } from '../auth/mail-links.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
afterAll(() => app[Symbol.asyncDispose]());

const open = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${app.url}${path}`, { headers, method });

describe.each(PAGE_NAMES)('GET /account/%s', (page) => {
  it('is a page that may run and ask only what comes from here', async () => {
    const answer = await open(`/account/${page}?token=abc`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('holds no script and no style itself', async () => {
    const html = await (await open(`/account/${page}`)).text();
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script src="/account/page.js" defer>']);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('speaks the language of the browser, and says by what it varies', async () => {
    for (const language of LANGUAGES) {
      const answer = await open(`/account/${page}`, { 'accept-language': `${language}-IN, en;q=0.5` });
      expect(answer.headers.get('vary')).toContain('accept-language');
      const html = await answer.text();
      expect(html).toContain(`<html lang="${language}">`);
      expect(html).toContain(TEXTS[language].words[`${page}.title`]);
    }
  });

  it('speaks the language in its address before that of the browser, if it knows it', async () => {
    const headers = { 'accept-language': 'hi' };
    expect(await (await open(`/account/${page}?lang=gu`, headers)).text()).toContain('<html lang="gu">');
    for (const query of ['?lang=fr', '?lang=', '?lang=gu&lang=en', '?lang=__proto__']) {
      expect(await (await open(`/account/${page}${query}`, headers)).text()).toContain('<html lang="hi">');
    }
  });

  it('labels every field, and tells password managers what it is', async () => {
    const html = await (await open(`/account/${page}`)).text();
    for (const [input = ''] of html.matchAll(/<input id=[^>]*>/g)) {
      const id = /id="([^"]+)"/.exec(input)?.[1];
      expect(html).toContain(`<label for="${id}"`);
      expect(input).toMatch(/autocomplete="(username|current-password|new-password|given-name|family-name)"/);
    }
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is 405 for other methods, which the answer names', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await open(`/account/${page}`, {}, method);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('shows its token in no header, in no body and in no line of the log', async () => {
    const token = crypto.randomUUID();
    const answer = await open(`/account/${page}?token=${token}`);
    const logged = () => app.logs.filter((line) => line.includes(answer.headers.get('x-request-id') ?? '?'));
    await expect.poll(logged).toHaveLength(1);
    expect(JSON.stringify([...answer.headers])).not.toContain(token);
    expect(await answer.text()).not.toContain(token);
    expect(app.logs.join('\n')).not.toContain(token);
  });
});

describe('other addresses under /account', () => {
  it.each([
    ['/account/page.js', 'text/javascript; charset=utf-8'],
    ['/account/page.css', 'text/css; charset=utf-8'],
  ])('%s is served with its type', async (path, type) => {
    const answer = await open(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect((await answer.text()).length).toBeGreaterThan(1000);
    expect((await open(path, {}, 'DELETE')).status).toBe(405);
  });

  it.each(['/account', '/account/', '/account/nothing', '/account/page.html', '/account/account-page.js'])(
    '%s is 404',
    async (path) => {
      expect((await open(path)).status).toBe(404);
    },
  );
});

it('a link that is opened, as mail scanners do, still works afterwards', async () => {
  const person = await app.signUp();
  const token = await mailedToken(app, person.email, 'verify-email');
  for (const method of ['GET', 'HEAD', 'GET']) {
    expect((await open(`/account/verify-email?token=${token}`, {}, method)).status).toBe(200);
  }
  expect((await person.client.auth.me.query()).user.emailVerified).toBe(false);
  const verified = await app.client().auth.verifyEmail.mutate({ token });
  expect(verified).toEqual({ email: person.email, emailVerified: true });
});

describe('preferredLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr, de;q=0.9', 'en'],
    ['hi', 'hi'],
    ['GU-in', 'gu'],
    ['fr, gu-IN;q=0.9, en;q=0.8', 'gu'],
    ['en;q=0.1, hi;q=0.2, gu;q=0.15', 'hi'],
    ['hi;q=0, gu ; q=0.3', 'gu'],
    ['hi, gu', 'hi'],
    ['hi;q=abc, gu;q=0.1', 'gu'],
    [',;,;q=,', 'en'],
  ])('%s is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});

describe('the texts', () => {
  const gaps = (text: string) => (text.match(/\{\w+\}|"…"/g) ?? []).sort();
  const flatten = ({ words, errors, reasons }: PageTexts) => ({ ...words, ...errors, ...reasons });

  it.each(LANGUAGES)('in %s are all there, and leave the same gaps to be filled in', (language) => {
    const english: Record<string, string> = flatten(TEXTS.en);
    for (const [key, text] of Object.entries(flatten(TEXTS[language]))) {
      expect(text.trim()).not.toBe('');
      expect([key, gaps(text)]).toEqual([key, gaps(english[key] ?? key)]);
    }
  });
});
