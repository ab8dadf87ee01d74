import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { WorkQueue } from '../work-queue.ts';
import { matchesHash, readHash, type StoredHash } from './password-formats.ts';

/** OWASP's first choice of parameters for argon2id; they stand in each hash. */
export interface HashCost {
  memoryKibibytes: number;
  passes: number;
}

const DEFAULT_COST: HashCost = { memoryKibibytes: 19_456, passes: 2 };

export interface PasswordVerdict {
  valid: boolean;
  /** True when the hash was imported, or made with other parameters than today's. */
  outdated: boolean;
}

/** Hashes and verifies passwords, in a bounded queue. The one place that judges a password. */
export interface Passwords {
  readonly queue: WorkQueue;
  hash(password: string): Promise<string>;
  /**
   * @param hash nothing for an unknown account: takes the same time and is never valid; nor is a hash
   *   that cannot be read. An imported one takes the time that its own parameters ask for.
   */
  verify(hash: string | undefined, password: string): Promise<PasswordVerdict>;
}

/**
 * @param options.slots hashes that run at once
 * @throws DomainError `OVERLOADED` from both functions when too many hashes wait
 * @see NIST SP 800-63B-4 3.1.1.2, OWASP ASVS 5.0.0 11.4.2
 */
export async function createPasswords(options: { slots: number; cost?: HashCost }): Promise<Passwords> {
  const cost = options.cost ?? DEFAULT_COST;
  const parameters = { memoryCost: cost.memoryKibibytes, timeCost: cost.passes, parallelism: 1 };
  const queue = new WorkQueue({ slots: options.slots });
  const hash = (password: string) =>
    argon2.hash(password.normalize('NFC'), { type: argon2.argon2id, ...parameters });
  // Made at start with today's parameters, so that an unknown account costs as much as a known one.
  const dummy: StoredHash = { format: 'argon2id', phc: await hash(randomBytes(24).toString('base64')) };
  const isOutdated = (stored: StoredHash) =>
    stored.format !== 'argon2id' || argon2.needsRehash(stored.phc, parameters);
  return {
    queue,
    hash: (password) => queue.run(() => hash(password)),
    async verify(known, password) {
      const stored = known === undefined ? undefined : readHash(known);
      const matches = await queue.run(() => matchesHash(stored ?? dummy, password));
      if (stored === undefined) return { valid: false, outdated: false };
      return { valid: matches, outdated: isOutdated(stored) };
    },
  };
}
