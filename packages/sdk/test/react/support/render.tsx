import { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { vi } from 'vitest';
import { createTruConn, type SessionOptions, type TruConn } from '../../../src/index.ts';
import { TruConnProvider } from '../../../src/react/index.ts';
import type { PeopleServer } from './people-server.ts';

/** What is on a page. */
export interface Rendered extends Disposable {
  /** The text of an element, by its id; `undefined` when it is not there. */
  text(id: string): string | undefined;
  /** Waits until the element has this text. */
  shows(id: string, text: string | undefined): Promise<void>;
  unmount(): void;
}

/** A client, its query client, and a page for them. */
export interface Page extends Disposable {
  truconn: TruConn;
  queryClient: QueryClient;
  render(children: ReactNode, html?: string): Rendered;
}

/** @param options what the client is made with besides; tokens in memory unless told */
export function openPage(server: PeopleServer, options: Partial<SessionOptions> = {}): Page {
  const truconn = createTruConn({ baseUrl: server.url, credential: 'bearer', retries: 0, ...options });
  const queryClient = new QueryClient();
  const rendered: Rendered[] = [];
  return {
    truconn,
    queryClient,
    render(children, html) {
      const page = (
        <TruConnProvider truconn={truconn} queryClient={queryClient}>
          {children}
        </TruConnProvider>
      );
      const made = mount(page, html);
      rendered.push(made);
      return made;
    },
    [Symbol.dispose]() {
      for (const page of rendered) page.unmount();
      truconn.close();
      queryClient.clear();
    },
  };
}

/** @param html what a server has rendered; the page takes it over */
export function mount(children: ReactNode, html?: string): Rendered {
  const container = document.createElement('div');
  document.body.append(container);
  let root: Root;
  if (html === undefined) {
    root = createRoot(container);
    root.render(children);
  } else {
    container.innerHTML = html;
    root = hydrateRoot(container, children, {
      onRecoverableError(error) {
        // The page and what the server rendered differ.
        container.innerHTML = String(error);
      },
    });
  }
  const text = (id: string) => container.querySelector(`#${id}`)?.textContent ?? undefined;
  const unmount = () => {
    root.unmount();
    container.remove();
  };
  return {
    text,
    shows: (id, expected) =>
      vi.waitFor(
        () => {
          if (text(id) !== expected)
            throw new Error(`#${id} is ${JSON.stringify(text(id))}, not ${expected}.`);
        },
        { timeout: 4_000, interval: 5 },
      ),
    unmount,
    [Symbol.dispose]: unmount,
  };
}
