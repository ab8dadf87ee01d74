/** Writes that no request waits for; closing does. */
export class LaterWrites {
  readonly #onError: (error: unknown) => void;
  readonly #pending = new Set<Promise<void>>();

  /** @param onError told of those that fail */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(write: Promise<void>): void {
    const done = write.catch(this.#onError).finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  /** Resolves when all that were added are done. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
