declare module 'jsdom' {
  /** An element, as far as the tests use it. */
  interface PageElement {
    textContent: string;
    hidden: boolean;
    className: string;
    type: string;
    value: string;
    tagName: string;
    name: string;
    click(): void;
    closest(selector: string): PageElement | null;
    getAttribute(name: string): string | null;
  }

  interface PageDocument {
    title: string;
    documentElement: PageElement;
    activeElement: PageElement | null;
    querySelector(selector: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  }

  interface PageWindow {
    document: PageDocument;
    location: { href: string; pathname: string; search: string };
    history: { length: number };
    fetch: (path: string, init?: RequestInit) => Promise<Response>;
    close(): void;
  }

  class CookieJar {
    getCookieStringSync(url: string): string;
    setCookieSync(cookie: string, url: string): unknown;
  }

  class VirtualConsole {
    on(event: 'jsdomError', listener: (error: Error) => void): this;
  }

  interface FromUrlOptions {
    runScripts: 'dangerously';
    resources: 'usable';
    pretendToBeVisual: boolean;
    cookieJar: CookieJar;
    virtualConsole: VirtualConsole;
    beforeParse(window: PageWindow): void;
  }

  class JSDOM {
    static fromURL(url: string, options: FromUrlOptions): Promise<JSDOM>;
    readonly window: PageWindow;
  }

  export { CookieJar, JSDOM, type PageElement, type PageWindow, VirtualConsole };
}
