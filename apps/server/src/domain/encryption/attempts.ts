import { EncryptionError } from '../../encryption/encryption-error.ts';

/** What became of many keys: one that does not open keeps none of the others waiting. */
export interface Attempts {
  done: number;
  /** Why others do not open, a sentence each. */
  failures: string[];
}

export const NO_ATTEMPTS: Attempts = { done: 0, failures: [] };

/**
 * Does one more.
 * @param work answers whether there was something to do
 */
export async function attempt(before: Attempts, work: () => Promise<boolean>): Promise<Attempts> {
  const { done, failures } = before;
  try {
    return { done: done + ((await work()) ? 1 : 0), failures };
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    return { done, failures: [...failures, error.message] };
  }
}
