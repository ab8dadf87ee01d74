import { TruConnError } from '../errors.ts';

/** A call's time: its own limit and its caller's signal in one. */
export interface Deadline {
  /** Aborted at the limit, or by the caller; its reason is the `TruConnError` to reject with. */
  readonly signal: AbortSignal;
  /** When the limit is, by this device's clock. */
  readonly endsAtMs: number;
  /** Rejects with the signal's reason as soon as it is aborted; `work` goes on unheard. */
  race<Result>(work: Promise<Result>): Promise<Result>;
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
  const abort = (code: 'TIMEOUT' | 'ABORTED', message: string, cause?: unknown) =>
    controller.abort(new TruConnError(code, { message, cause }));
  const leave = () => abort('ABORTED', 'The signal ended the call.', caller?.reason);
  if (caller?.aborted) leave();
  caller?.addEventListener('abort', leave);
  const expire = () => abort('TIMEOUT', `The call took more than ${timeoutMs} ms.`);
  const limitMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
  const timer = timeoutMs && setTimeout(expire, limitMs);
  const race = <Result>(work: Promise<Result>) => Promise.race([ended, work]);
  return {
    signal,
    endsAtMs: Date.now() + limitMs,
    race,
    async sleep(ms) {
      let sleeper: Parameters<typeof clearTimeout>[0];
      const slept = new Promise<void>((resolve) => {
        sleeper = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
      });
      await race(slept).finally(() => clearTimeout(sleeper));
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
    return await deadline.race(work(deadline));
  } finally {
    deadline.end();
  }
}
