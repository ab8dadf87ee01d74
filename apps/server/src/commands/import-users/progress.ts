/** What became of the lines so far. */
export interface Tally {
  imported: number;
  alreadyThere: number;
  refused: number;
}

const INTERVAL_MS = 5_000;

interface ProgressOptions {
  /** How many bytes were read of how many; nothing for what has no size. */
  place: () => { read: number; size: number } | undefined;
  write: (line: string) => void;
}

/** Tells every few seconds how far the import is: whole lines, which a log can keep, too. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #startedAt = Date.now();
  #toldAt = Date.now();

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Called after each batch; most calls say nothing. */
  tell(tally: Tally): void {
    const now = Date.now();
    if (now - this.#toldAt < INTERVAL_MS) return;
    this.#toldAt = now;
    const place = this.#options.place();
    const share = place === undefined ? '' : `${Math.floor((place.read / place.size) * 100)} %: `;
    const rate = Math.round(countLines(tally) / ((now - this.#startedAt) / 1000));
    this.#options.write(`${share}${describeTally(tally)} (${formatCount(rate)} a second)`);
  }
}

export function countLines({ imported, alreadyThere, refused }: Tally): number {
  return imported + alreadyThere + refused;
}

/** @example describeTally(tally) // '1,200 imported, 3 already there, 1 refused' */
export function describeTally({ imported, alreadyThere, refused }: Tally): string {
  return `${formatCount(imported)} imported, ${formatCount(alreadyThere)} already there, ${formatCount(refused)} refused`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en');
}
