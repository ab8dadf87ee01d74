import { expect } from 'vitest';
import { isTruConnError, type TruConnError } from '../../src/index.ts';

/**
 * The error that a call ends with.
 * @throws when the call succeeds, or fails with what is none of ours
 * @example expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'NETWORK_ERROR' })
 */
export async function errorOf(call: Promise<unknown>): Promise<TruConnError> {
  try {
    await call;
  } catch (error) {
    if (isTruConnError(error)) {
      // What no answer came for has no status.
      if (isTruConnError(error, 'NETWORK_ERROR', 'TIMEOUT', 'ABORTED')) expect(error.status).toBeUndefined();
      return error;
    }
    throw error;
  }
  throw new Error('The call was expected to fail, and did not.');
}

/** The code that a call ends with, `ok` where it succeeds. */
export async function endingOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (cause) => errorOf(Promise.reject(cause)),
  );
  return error === undefined ? 'ok' : (await error).code;
}
