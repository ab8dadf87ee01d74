import type { ItemError } from '@truconn/contract';
import { DomainError } from '../domain-error.ts';
import { isKept } from '../idempotency/kept-outcomes.ts';

/** What one of many came to: with the error that it alone was refused with, or without. */
export type Outcome<Result> = { result: Result; error: null } | { result: null; error: ItemError };

/** One of many as it is answered; a refusal of its own leaves the others alone. */
export function toOutcome<Result>(result: Result | DomainError): Outcome<Result> {
  if (!(result instanceof DomainError)) return { result, error: null };
  const { code, message, fields, retryAfterSeconds } = result;
  return {
    result: null,
    error: {
      code,
      message,
      ...(fields && { fields }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  };
}

/** Whether what one of many came to stays its answer under an idempotency key. */
export function isFinal({ error }: { error: ItemError | null }): boolean {
  return error === null || isKept(error.code);
}

/** Runs one of many; the refusal that it throws is its own. What is no refusal fails all of them. */
export async function ownRefusal<Result>(work: () => Promise<Result>): Promise<Result | DomainError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
