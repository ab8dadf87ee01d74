import { TruConnError } from '../errors.ts';

/** A call's time: its own limit and its caller's signal in one. */
export interface Deadline {
  /** Aborted at the limit, or by the caller; its reason is the `TruConnError` to reject with. */
  readonly signal: AbortSignal;
  /** When the limit is, by this device's clock; without one, after as long as a timer runs. */
  readonly endsAtMs: number;
  /** Rejects with the signal's reason as soon as it is aborted; `work` goes on unheard. */
  within<Result>(work: Promise<Result>): Promise<Result>;
  sleep(ms: number): Promise<void>;
  /** Lets go of the timer and of the caller's signal. */
  end(): void;
}

// Timers take 31 bits; a longer one would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts a call's time.
 * @param timeoutMs 0 for no limit
 * @throws TruConnError by its signal: `TIMEOUT`, `ABORTED`
 */
export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new Promise<never>((_resolve, reject) => {
    signal.onabort = () => reject(signal.reason);
  });
  // Nobody may be waiting when it comes.
  ended.catch(() => undefined);
  const leave = () =>
    controller.abort(
      new TruConnError('ABORTED', { message: 'The signal ended the call.', cause: caller?.reason }),
    );
  const expire = () =>
    controller.abort(new TruConnError('TIMEOUT', { message: `It took more than ${timeoutMs} ms.` }));
  if (caller?.aborted) leave();
  caller?.addEventListener('abort', leave);
  const limitMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
  const timer = timeoutMs && setTimeout(expire, limitMs);
  const within = <Result>(work: Promise<Result>) => Promise.race([ended, work]);
  return {
    signal,
    endsAtMs: Date.now() + (limitMs || LONGEST_TIMER_MS),
    within,
    async sleep(ms) {
      let sleeper: Parameters<typeof clearTimeout>[0];
      const slept = new Promise<void>((resolve) => {
        sleeper = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
      });
      await within(slept).finally(() => clearTimeout(sleeper));
    },
    end() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', leave);
    },
  };
}

/** Does something in limited time. */
export async function inTime<Result>(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const deadline = startDeadline(timeoutMs, caller);
  try {
    return await deadline.within(work(deadline));
  } finally {
    deadline.end();
  }
}
