import { TRPCClientError } from '@trpc/client';
import type { ErrorData } from '@truconn/contract';
import type { AppRouter } from '../../src/http/app-router.ts';

/**
 * The coded error that a call ends with.
 * @throws when the call succeeds, or fails without a code
 * @example expect(await errorOf(client.auth.me.query())).toMatchObject({ code: 'UNAUTHENTICATED' })
 */
export async function errorOf(call: Promise<unknown>): Promise<ErrorData> {
  try {
    await call;
  } catch (error) {
    if (error instanceof TRPCClientError) {
      const { data } = error as TRPCClientError<AppRouter>;
      if (data) return data;
    }
    throw error;
  }
  throw new Error('The call was expected to fail, and did not.');
}
