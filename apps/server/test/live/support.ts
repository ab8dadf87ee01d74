import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorData } from '@truconn/contract';
import type { Person, TestApp } from '../support/test-app.ts';

/** One server-sent event, as it went over the wire. */
export interface SentEvent {
  event: string;
  id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  data: any;
}

/** An open stream of events. */
export interface OpenWatch extends AsyncDisposable {
  headers: Headers;
  /** Everything that came, pings included. */
  all: SentEvent[];
  /** What the procedure yielded. */
  messages(): SentEvent[];
  /** Waits until so many messages have come, and gives them. */
  first(count: number): Promise<SentEvent[]>;
  /** Waits for the end of the stream: the code of its error, or how it ended otherwise. */
  ended(): Promise<string>;
  close(): void;
}

export interface WatchCall {
  input?: unknown;
  headers?: Record<string, string>;
}

export type Watching = 'consent.watch' | 'orgAccess.watch';

/** Asks for a stream of events. */
export function askWatch(
  app: { url: string },
  who: Pick<Person, 'accessToken'> | undefined,
  procedure: Watching,
  { input, headers = {} }: WatchCall = {},
  signal?: AbortSignal,
): Promise<Response> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const credential = who === undefined ? {} : { authorization: `Bearer ${who.accessToken}` };
  return fetch(`${app.url}/trpc/${procedure}${query}`, {
    headers: { ...credential, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Opens a stream of events; resolves when it is connected. */
export async function openWatch(
  app: { url: string },
  who: Pick<Person, 'accessToken'> | undefined,
  procedure: Watching,
  call: WatchCall = {},
): Promise<OpenWatch> {
  const leaving = new AbortController();
  const response = await askWatch(app, who, procedure, call, leaving.signal);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const all: SentEvent[] = [];
  let isOver = false;
  const reading = readEvents(response, all)
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  const messages = () => all.filter(({ event }) => event === 'message');
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      if (isOver) throw new Error(`The stream ended after ${JSON.stringify(all)}`);
      await sleep(5);
    }
  };
  await until(() => all.length > 0);
  return {
    headers: response.headers,
    all,
    messages,
    async first(count) {
      await until(() => messages().length >= count);
      return messages().slice(0, count);
    },
    async ended() {
      await reading;
      const last = all.at(-1);
      return last?.event === 'serialized-error' ? last.data.data.code : (last?.event ?? 'cut');
    },
    close: () => leaving.abort(),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reading;
    },
  };
}

async function readEvents({ body }: Response, into: SentEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    into.push(...blocks.map(parseEvent));
  }
}

function parseEvent(block: string): SentEvent {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  const data = fields.get('data') ?? '';
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: data === '' ? undefined : JSON.parse(data),
  };
}

/** What a refused stream was answered. */
export async function refusal(asked: Promise<Response>): Promise<[number, ErrorData]> {
  const response = await asked;
  const { error } = (await response.json()) as { error: { data: ErrorData } };
  return [response.status, error.data];
}

/** How many watch, as the metrics say. */
export async function countWatchers(app: Pick<TestApp, 'url'>): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return Number(/^truconn_watchers (\d+)$/m.exec(text)?.[1]);
}
