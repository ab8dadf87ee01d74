import { CookieJar, JSDOM, type PageElement, type PageWindow, VirtualConsole } from 'jsdom';
import type { TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

/** What a page's script asked the server for. */
export interface SentRequest {
  path: string;
  method: string;
  body: unknown;
}

/** The way to the server, which a test may cut. */
export interface Wire {
  /** Answers a request instead of the server, unless it gives nothing. */
  answer?: ((path: string) => Response | undefined) | undefined;
}

/** A page of the server's, open in a browser of its own, whose script runs. */
export interface Visit extends Disposable {
  window: PageWindow;
  /** What the script has sent, in its order. */
  sent: SentRequest[];
  wire: Wire;
  cookies: CookieJar;
  /** What the page says of its last act. */
  status(): string;
  /** The element that a person sees; fails when there is none, or it is hidden. */
  visible(selector: string): PageElement;
  isVisible(selector: string): boolean;
  fill(values: Record<string, string>): void;
  /** Presses the form's button, and waits until the page has its answer. */
  submit(values?: Record<string, string>): Promise<void>;
  /** Chooses a language in the page's header. */
  choose(language: string): void;
}

/** Opens the page of a link: everything is loaded from the server, and its script has started. */
export async function visit(
  app: TestApp,
  path: string,
  cookies = new CookieJar(),
  wire: Wire = {},
): Promise<Visit> {
  const sent: SentRequest[] = [];
  const errors: Error[] = [];
  const { window } = await JSDOM.fromURL(`${app.url}${path}`, {
    runScripts: 'dangerously',
    resources: 'usable',
    pretendToBeVisual: true,
    cookieJar: cookies,
    virtualConsole: new VirtualConsole().on('jsdomError', (error) => errors.push(error)),
    beforeParse: (parsed) => {
      parsed.fetch = async (target, init = {}) => {
        const { method = 'GET', body } = init;
        sent.push({ path: target, method, body: typeof body === 'string' ? JSON.parse(body) : undefined });
        return wire.answer?.(target) ?? fetchWithCookies(new URL(target, app.url), init, cookies);
      };
    },
  });
  const { document } = window;
  const find = (selector: string) => {
    if (errors.length > 0) throw errors[0];
    return document.querySelector(selector);
  };
  const isVisible = (selector: string) => find(selector)?.closest('[hidden]') === null;
  const page: Visit = {
    window,
    sent,
    wire,
    cookies,
    isVisible,
    status: () => find('#status')?.textContent ?? '',
    visible(selector) {
      const element = find(selector);
      if (element === null || !isVisible(selector)) throw new Error(`Nobody sees ${selector}.`);
      return element;
    },
    fill(values) {
      for (const [name, value] of Object.entries(values)) {
        page.visible(`form:not([hidden]) [name="${name}"]`).value = value;
      }
    },
    async submit(values = {}) {
      page.fill(values);
      page.visible('form:not([hidden]) [type="submit"]').click();
      await eventually(() => find('[aria-disabled="true"]') === null);
    },
    choose: (language) => page.visible(`nav a[lang="${language}"]`).click(),
    [Symbol.dispose]: () => window.close(),
  };
  await eventually(() => isVisible('form') || isVisible('form:not([hidden])') || page.status() !== '');
  return page;
}

/** The server cannot be reached. */
export function unreachable(): never {
  throw new TypeError('fetch failed');
}

// What a browser adds to a request of a page to its own origin.
async function fetchWithCookies(url: URL, init: RequestInit, cookies: CookieJar): Promise<Response> {
  const headers = new Headers(Object.entries(init.headers ?? {}));
  headers.set('cookie', cookies.getCookieStringSync(url.href));
  headers.set('sec-fetch-site', 'same-origin');
  if (init.method === 'POST') headers.set('origin', url.origin);
  const response = await fetch(url, { ...init, headers });
  for (const cookie of response.headers.getSetCookie()) cookies.setCookieSync(cookie, url.href);
  return response;
}
