import type { WatchEvent, WatchInput, WatchOptions } from '../api/calls.ts';
import { startDeadline } from '../calls/deadline.ts';
import { mayPass, retryDelayMs } from '../calls/retries.ts';
import { toTruConnError } from '../calls/to-truconn-error.ts';
import type { TruConnError } from '../errors.ts';
import { isSessionRefused } from '../session/keeper.ts';
import { oneConnection, type Progress, type WatchDeps } from './one-connection.ts';

/**
 * A subscription's events. Where the connection breaks, it is made again and goes on after the last event: nothing is
 * lost or doubled. Before the first connection stands, failures are thrown after the client's `retries`; from then on
 * it tries until the signal or the reader ends it.
 * @throws TruConnError what the server refuses, the end of the session among it
 */
export async function* watchEvents(
  deps: WatchDeps,
  path: string,
  input: WatchInput = {},
  options: WatchOptions = {},
): AsyncIterableIterator<WatchEvent<unknown>> {
  const life = startDeadline(Number.POSITIVE_INFINITY, options.signal);
  const progress: Progress = { lastEventId: input.lastEventId, sentWith: undefined };
  let failures = 0;
  let hasStood = false;
  let hasRecovered = false;
  try {
    for (;;) {
      try {
        for await (const event of oneConnection(deps, path, options, progress, life.signal)) {
          if (event !== 'connected') yield event;
          else {
            options.onStateChange?.({ status: 'connected' });
            failures = 0;
            hasStood = true;
            hasRecovered = false;
          }
        }
        return;
      } catch (cause) {
        if (life.signal.aborted) return;
        const error = toTruConnError(cause);
        failures += 1;
        if (!hasRecovered && (await life.race(renewed(deps, progress, error)))) hasRecovered = true;
        else if (!mayReconnect(error) || (!hasStood && failures > deps.retries)) throw error;
        else {
          options.onStateChange?.({ status: 'connecting', error });
          await life.sleep(retryDelayMs(error, failures));
        }
      }
    }
  } catch (error) {
    if (!life.signal.aborted) throw error;
  } finally {
    life.end();
  }
}

async function renewed({ keeper }: WatchDeps, { sentWith }: Progress, error: TruConnError): Promise<boolean> {
  return isSessionRefused(error) && sentWith !== undefined && keeper.recover(sentWith, error);
}

function mayReconnect(error: TruConnError): boolean {
  return mayPass(error) || error.code === 'TIMEOUT';
}
