import { TruConnError } from '../errors.ts';

// Timers take 31 bits; a longer one would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A call's time: its own limit and the caller's signal in one. */
export interface Deadline {
  /** Aborted at the limit, or by the caller; its reason is the `TruConnError` to reject with. */
  readonly signal: AbortSignal;
  /** Milliseconds until the limit. */
  remainingMs(): number;
  /** Rejects with the signal's reason as soon as it is aborted; `work` goes on unheard. */
  race<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves after this time. */
  sleep(ms: number): Promise<void>;
  /** Ends the timer and leaves the caller's signal. */
  end(): void;
}

/**
 * Starts a call's time.
 * @param timeoutMs `Infinity` for no limit
 * @throws TruConnError by its signal: `TIMEOUT`, `ABORTED`
 */
export function startDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const endsAt = Date.now() + timeoutMs;
  const abort = () => controller.abort(aborted(signal?.reason));
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const timer = Number.isFinite(timeoutMs)
    ? setTimeout(() => controller.abort(timedOut(timeoutMs)), Math.min(timeoutMs, LONGEST_TIMER_MS))
    : undefined;
  const race = <Result>(work: Promise<Result>) => raceSignal(controller.signal, work);
  return {
    signal: controller.signal,
    remainingMs: () => endsAt - Date.now(),
    race,
    sleep: (ms) => sleep(controller.signal, ms),
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}

function raceSignal<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function sleep(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function timedOut(timeoutMs: number): TruConnError {
  return new TruConnError('TIMEOUT', { message: `The call took longer than ${timeoutMs} ms.` });
}

function aborted(cause: unknown): TruConnError {
  return new TruConnError('ABORTED', { message: 'The call was given up by its signal.', cause });
}
