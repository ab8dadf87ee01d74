/**
 * Lines in which works wait for each other, in this process. They only spare work: what must hold
 * between instances is held by the database's locks and constraints.
 */
export class Turns {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when everything that came before it in this line is done. */
  async run<Result>(line: string, work: () => Promise<Result>): Promise<Result> {
    const mine = (this.#tails.get(line) ?? Promise.resolve()).then(work);
    const tail = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(line, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(line) === tail) this.#tails.delete(line);
    }
  }
}
