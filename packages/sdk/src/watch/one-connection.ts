import type { WatchEvent, WatchOptions } from '../api/calls.ts';
import { type Fetch, networkError } from '../calls/fetch-json.ts';
import { TruConnError } from '../errors.ts';
import type { Credential, SessionKeeper } from '../session/keeper.ts';
import { connect, errorIn } from './connect.ts';
import { readEvents } from './read-events.ts';

/** What streams are opened with. */
export interface WatchDeps {
  url: string;
  fetch: Fetch;
  keeper: SessionKeeper;
  headers: (path: string, options: WatchOptions) => Promise<Record<string, string>>;
  timeoutMs: number;
  retries: number;
}

/** How far a subscription has come, through all its connections. */
export interface Progress {
  lastEventId: string | undefined;
  /** What the present connection was opened with. */
  sentWith: Credential | undefined;
}

/**
 * One connection's events, `connected` first.
 * @throws TruConnError what the server says, and `NETWORK_ERROR` when the connection breaks
 */
export async function* oneConnection(
  deps: WatchDeps,
  path: string,
  options: WatchOptions,
  progress: Progress,
  signal: AbortSignal,
): AsyncIterableIterator<'connected' | WatchEvent<unknown>> {
  const left = new AbortController();
  try {
    await deps.keeper.ready();
    progress.sentWith = deps.keeper.credential;
    const { lastEventId } = progress;
    const connection = await connect({
      url: `${deps.url}/${path}`,
      fetch: deps.fetch,
      headers: await deps.headers(path, options),
      input: lastEventId === undefined ? {} : { lastEventId },
      signal: AbortSignal.any([signal, left.signal]),
      timeoutMs: deps.timeoutMs,
    });
    // A connection that breaks before its first event goes on from here, too.
    progress.lastEventId = connection.lastEventId ?? lastEventId;
    const reader = readEvents(connection.body);
    for await (const { event = 'message', data, id } of reader.events()) {
      if (event === 'return') return;
      if (event === 'serialized-error') throw errorIn(data) ?? brokenEvent(data);
      if (event === 'connected') {
        reader.silenceMs = silenceOf(data) ?? reader.silenceMs;
        yield 'connected';
      }
      if (event === 'message' && id !== undefined) {
        progress.lastEventId = id;
        yield { id, data: JSON.parse(data) };
      }
    }
    throw networkError(new Error('the stream broke off'));
  } finally {
    left.abort();
  }
}

// What tRPC's server tells its clients first.
function silenceOf(data: string): number | undefined {
  return (JSON.parse(data) as { reconnectAfterInactivityMs?: number }).reconnectAfterInactivityMs;
}

function brokenEvent(data: string): TruConnError {
  return new TruConnError('INVALID_RESPONSE', { message: `The stream told an error that is none: ${data}` });
}
