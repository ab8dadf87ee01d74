import { DomainError } from './domain/domain-error.ts';

/** How much work may run and wait at once. */
export interface WorkQueueOptions {
  /** Tasks that run at once. */
  slots: number;
  /** Callers that may wait for a slot. */
  maxWaiting?: number;
  /** How long one waits at most. */
  maxWaitMilliseconds?: number;
}

interface Waiter {
  admit: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Bounds the memory and the processor time that heavy work, such as hashing passwords, can take. Past the bound
 * a caller is told at once to come back, so that a flood of it leaves everything else answering.
 */
export class WorkQueue {
  readonly #slots: number;
  readonly #maxWaiting: number;
  readonly #maxWaitMilliseconds: number;
  readonly #waiting = new Set<Waiter>();
  #running = 0;

  constructor(options: WorkQueueOptions) {
    this.#slots = options.slots;
    this.#maxWaiting = options.maxWaiting ?? 32;
    this.#maxWaitMilliseconds = options.maxWaitMilliseconds ?? 2_000;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Runs `task` in a slot. The slot is held until the task is done, whether or not its caller
   * is still there: a hash or a picture cannot be stopped half-way.
   * @throws DomainError `OVERLOADED` when the queue is full or the wait too long
   */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#slots) this.#running += 1;
    else await this.#wait();
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  async #wait(): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) throw overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      admit: resolve,
      timer: setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(overloaded());
      }, this.#maxWaitMilliseconds),
    };
    this.#waiting.add(waiter);
    return promise;
  }

  // A slot passes straight to the longest waiter, so that nobody who comes later overtakes.
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.admit();
  }
}

function overloaded(): DomainError {
  return new DomainError('OVERLOADED', { retryAfterSeconds: 2 });
}
