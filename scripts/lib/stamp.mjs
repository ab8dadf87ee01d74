import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { read, root } from './workspace.mjs';

/**
 * Remembers that something was done for what a fingerprint stands for.
 * It is kept in node_modules, so whoever deletes that gets everything made anew.
 */
export class Stamp {
  #file;

  constructor(name) {
    this.#file = `node_modules/.truconn/${name}`;
  }

  matches(fingerprint) {
    return read(this.#file) === fingerprint;
  }

  /** Called before the work begins, so that work cut off in the middle does not count as done. */
  clear() {
    rmSync(path.join(root, this.#file), { force: true });
  }

  set(fingerprint) {
    const file = path.join(root, this.#file);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, fingerprint);
  }
}
