import { CookieJar, JSDOM, type PageElement, VirtualConsole } from 'jsdom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../support/openapi.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const FILES: [`/${string}`, string][] = [
  ['/api/docs', 'text/html; charset=utf-8'],
  ['/api/docs/docs-page.js', 'text/javascript; charset=utf-8'],
  ['/api/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['/api/docs/swagger-ui-bundle.js.LICENSE.txt', 'text/plain; charset=utf-8'],
  ['/api/docs/swagger-ui.css', 'text/css; charset=utf-8'],
];

describe.each(FILES)('GET %s', (url, type) => {
  it('is for everybody, and may run and ask only what comes from here', async () => {
    const { status, headers } = await app.rest(`GET ${url}`);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': type,
      'content-security-policy': POLICY,
      'cache-control': 'public, no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('is sent once to who asks again with its tag', async () => {
    const etag = (await app.rest(`GET ${url}`)).headers.get('etag') ?? '';
    const again = await app.rest(`GET ${url}`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('is 405 for other methods, which the answer names', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await app.rest(`${method} ${url}`);
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });
});

describe('the documents’ page', () => {
  it('has a tag for each file that is no other’s', async () => {
    const tags = await Promise.all(
      FILES.map(async ([url]) => (await app.rest(`GET ${url}`)).headers.get('etag')),
    );
    expect(new Set(tags).size).toBe(FILES.length);
  });

  it('names only files of this server, which are there', async () => {
    const { body: html } = await app.rest('GET /api/docs/');
    const named = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
    expect(named).toEqual([
      'data:,',
      '/api/docs/swagger-ui.css',
      '/api/docs/swagger-ui-bundle.js',
      '/api/docs/docs-page.js',
      '/api/openapi.json',
    ]);
    for (const url of named.slice(1)) expect((await fetch(`${app.url}${url}`)).status).toBe(200);
    const { body: css } = await app.rest('GET /api/docs/swagger-ui.css');
    expect([...css.matchAll(/@import|url\((?!\s*["']?data:)/g)]).toEqual([]);
  });

  it('holds no script and no style itself', async () => {
    const { body: html } = await app.rest('GET /api/docs');
    expect(html.match(/<script[^>]*>[^<]/g)).toBeNull();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it.each([
    '/api/docs/index.html',
    '/api/docs/swagger-ui-bundle.js.map',
    '/api/docs/package.json',
    '/api/docs/swagger-initializer.js',
    '/api/docs/../docs/package.json',
    '/api/docs/%2e%2e/package.json',
    '/api/docs/..%2fpackage.json',
    '/api/docs/..%5cpackage.json',
    '/api/docs//package.json',
    '/api/docs/swagger-ui.css%00',
    '/api/docs/constructor',
  ] as const)('is 404 for %s', async (url) => {
    expect((await app.rest(`GET ${url}`)).status).toBe(404);
  });
});

describe('the documents’ page in a browser', () => {
  it('shows every operation, and tries them on the server that it came from', async () => {
    using page = await visit('/api/openapi.json');
    await eventually(() => page.all('.opblock').length > 0);
    const shown = page.all('.opblock .opblock-summary-path').map(textOf);
    expect(new Set(shown)).toEqual(new Set(operations().map(({ path }) => path)));
    // One for each document that describes it.
    expect(shown).toHaveLength(operations().flatMap(({ operation }) => operation.tags).length);
    expect(page.all('.servers option').map(textOf)).toEqual([app.url]);
    expect(page.all('.auth-wrapper .authorize')).toHaveLength(1);
    expect(page.asked).toEqual(['/api/openapi.json']);
  });

  it('lets people try an operation once it is open', async () => {
    using page = await visit('/api/openapi.json');
    await eventually(() => page.all('.opblock-summary-control').length > 0);
    page.all('.opblock-summary-control')[0]?.click();
    await eventually(() => page.all('.opblock textarea').some(({ value }) => value.includes('janedoe@')));
    expect(page.all('.opblock .execute')).toHaveLength(1);
  });

  it('keeps no credentials, and asks nobody about the document', async () => {
    const { body: script } = await app.rest('GET /api/docs/docs-page.js');
    expect(script).toContain('persistAuthorization: false');
    expect(script).toContain('queryConfigEnabled: false');
    expect(script).toContain('validatorUrl: null');
  });

  it('says so when the document cannot be read', async () => {
    using page = await visit('/api/nowhere');
    await eventually(() => page.all('main').map(textOf).includes(FAILED));
    expect(page.all('.opblock')).toEqual([]);
  });
});

const FAILED = 'The OpenAPI document could not be read. Load this page again.';
const textOf = ({ textContent }: PageElement) => textContent.replaceAll('\u200B', '');

/** Opens the page, whose scripts run; what it asks for as the document is answered from `url`. */
async function visit(url: string) {
  const asked: string[] = [];
  const { window } = await JSDOM.fromURL(`${app.url}/api/docs`, {
    runScripts: 'dangerously',
    resources: 'usable',
    pretendToBeVisual: true,
    cookieJar: new CookieJar(),
    virtualConsole: new VirtualConsole(),
    beforeParse: (parsed) => {
      parsed.fetch = (target) => {
        asked.push(target);
        return fetch(`${app.url}${url}`);
      };
    },
  });
  return {
    asked,
    all: (selector: string) => [...window.document.querySelectorAll(selector)],
    [Symbol.dispose]: () => window.close(),
  };
}
