import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { ErrorData } from '@truconn/contract';
import type { WatchEvent } from './api/calls.ts';
import type { TruConnApi } from './api/index.ts';
import type { QueryName, SubscriptionName } from './procedures.ts';

/**
 * The server's router as tRPC's own tools want it, with an empty context: for `inferRouterInputs`,
 * `inferRouterOutputs` and other clients of tRPC.
 * @example
 * import type { inferRouterOutputs } from '@trpc/server';
 * import type { AppRouter } from '@truconn/sdk';
 *
 * type Consents = inferRouterOutputs<AppRouter>['consent']['list'];
 */
export interface AppRouter extends TRPCBuiltRouter<RootTypes, RouterRecord<TruConnApi>> {}

interface RootTypes {
  ctx: Record<never, never>;
  meta: Record<never, never>;
  errorShape: { code: number; message: string; data: ErrorData };
  transformer: false;
}

type RouterRecord<Api> = {
  [Name in keyof Api]: Api[Name] extends (...args: never) => unknown
    ? Name extends QueryName
      ? TRPCQueryProcedure<CallOf<Api[Name]>>
      : Name extends SubscriptionName
        ? TRPCSubscriptionProcedure<StreamOf<Api[Name]>>
        : TRPCMutationProcedure<CallOf<Api[Name]>>
    : RouterRecord<Api[Name]>;
};

interface CallOf<Call> {
  input: InputOf<Call>;
  output: Call extends (...args: never) => Promise<infer Output> ? Output : never;
  meta: unknown;
}

interface StreamOf<Call> {
  input: InputOf<Call>;
  output: Call extends (...args: never) => AsyncIterable<WatchEvent<infer Data>>
    ? AsyncIterable<WatchEvent<Data>, void, unknown>
    : never;
  meta: unknown;
}

type InputOf<Call> = Call extends (...args: infer Args extends unknown[]) => unknown ? Args[0] : never;
