import type { WatchEvent, WatchInput, WatchOptions, WatchState } from '../api/calls.ts';
import type { CallDeps } from '../calls/call.ts';
import { startDeadline } from '../calls/deadline.ts';
import { mayPass, retryDelayMs } from '../calls/retries.ts';
import { answerError, networkError, toTruConnError } from '../calls/to-truconn-error.ts';
import { isSessionRefused } from '../calls/with-session.ts';
import type { TruConnError } from '../errors.ts';
import { guarded } from '../guarded.ts';
import { connect } from './connect.ts';
import { readEvents } from './read-events.ts';

/**
 * A subscription's events. Where the connection breaks, it is made again and goes on after the last event: nothing is
 * lost or doubled. Before the first connection stands, failures are thrown after the client's `retries`; from then on
 * it tries until the signal or the reader ends it.
 * @throws TruConnError what the server refuses, the end of the session among it
 */
export async function* watchEvents(
  deps: CallDeps,
  path: string,
  { lastEventId }: WatchInput = {},
  { signal, headers, onStateChange }: WatchOptions = {},
): AsyncIterableIterator<WatchEvent<unknown>> {
  const life = startDeadline(0, signal);
  const session = {};
  const tell = (state: WatchState) => guarded(() => onStateChange?.(state));
  let failures = 0;
  let hasStood = false;
  try {
    while (!life.signal.aborted) {
      try {
        const response = await connect(deps, path, session, lastEventId, headers, life.signal);
        for await (const { event = 'message', id, data } of readEvents(response, life.signal)) {
          if (event === 'serialized-error') throw endingOf(answerError(response, JSON.parse(data)));
          // The first event, `connected`, tells where the stream begins: what breaks before the next one resumes there.
          lastEventId = id ?? lastEventId;
          if (event === 'connected') {
            hasStood = true;
            tell({ status: 'connected' });
            // Who accepts a stream and ends it at once is not asked faster and faster.
          } else failures = 0;
          if (event === 'message') yield { id: lastEventId as string, data: JSON.parse(data) };
        }
        throw networkError();
      } catch (cause) {
        const error = toTruConnError(cause);
        if (life.signal.aborted) return;
        failures += 1;
        const isPassing = mayPass(error) || error.code === 'TIMEOUT';
        const delayMs = retryDelayMs(error, failures);
        const isTooMuch = !hasStood && (failures > deps.retries || delayMs > deps.timeoutMs);
        if (!isPassing || isTooMuch) throw error;
        tell({ status: 'connecting', error });
        await life.sleep(delayMs).catch(() => undefined);
      }
    }
  } finally {
    life.end();
  }
}

// A session that is refused on a standing stream: connecting again renews the token, or says that all is over.
function endingOf(error: TruConnError): TruConnError {
  return isSessionRefused(error.code) ? networkError(error) : error;
}
