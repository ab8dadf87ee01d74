import type { TruConnError } from '../errors.ts';
import { FIRST_DELAY_MS, LONGEST_DELAY_MS } from '../numbers.ts';
import type { Deadline } from './deadline.ts';
import { toTruConnError } from './to-truconn-error.ts';

/**
 * Repeats what failed for a reason that may pass: the network, or a server that is busy. `Retry-After` is obeyed;
 * where the wait would outlast the call's time, the error is thrown at once.
 * @param retries how often to repeat at most; 0 for what is not safe to repeat
 * @throws TruConnError of the last attempt
 */
export async function withRetries<Result>(
  deadline: Deadline,
  retries: number,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      deadline.signal.throwIfAborted();
      return await attempt();
    } catch (cause) {
      const error = toTruConnError(cause);
      const delayMs = retryDelayMs(error, failures);
      if (failures > retries || !mayPass(error) || Date.now() + delayMs > deadline.endsAtMs) throw error;
      await deadline.sleep(delayMs);
    }
  }
}

/** Whether the same call may succeed a moment later. */
export function mayPass({ code, status = 0 }: TruConnError): boolean {
  return code === 'NETWORK_ERROR' || status === 408 || status === 429 || status > 501;
}

/**
 * How long to wait after so many failures: exponential, with jitter, so that clients that failed together do not come
 * back together; at least as long as the server says.
 */
export function retryDelayMs({ retryAfterSeconds = 0 }: TruConnError, failures: number): number {
  const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  return retryAfterSeconds * 1000 + (longestMs * (1 + Math.random())) / 2;
}
