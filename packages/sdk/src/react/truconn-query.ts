import type { AppRouter } from '../app-router.ts';
import type { InfiniteQueryProcedure, MutationProcedure, PathKeys, QueryProcedure } from './query-types.ts';
import type { SubscriptionProcedure } from './subscription-types.ts';

/**
 * TanStack Query's options of every procedure, by the procedures' names. As tRPC's own options, but what fails is a
 * `TruConnError`, lists know their next page, and nothing is retried on top of the client's own retries.
 * @example
 * import { createTruConn } from '@truconn/sdk';
 * import { createTruConnQuery, type TruConnQuery } from '@truconn/sdk/react';
 * import { QueryClient } from '@tanstack/react-query';
 *
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example' });
 * const api: TruConnQuery = createTruConnQuery({ truconn, queryClient: new QueryClient() });
 * const { queryKey } = api.consent.list.queryOptions();
 */
export interface TruConnQuery extends OptionsOf<AppRouter['_def']['record']>, PathKeys {}

type OptionsOf<Record> = { [Name in keyof Record]: ProcedureOptions<Record[Name]> };

type ProcedureOptions<Entry> =
  Entry extends Procedure<'query', infer Input, infer Output>
    ? QueryProcedure<Optional<Input>, Output> &
        (Output extends { nextCursor: unknown } ? InfiniteQueryProcedure<Optional<Input>, Output> : unknown)
    : Entry extends Procedure<'mutation', infer Input, infer Output>
      ? MutationProcedure<Optional<Input>, Output>
      : Entry extends Procedure<'subscription', infer Input, AsyncIterable<infer Event, unknown, unknown>>
        ? SubscriptionProcedure<Optional<Input>, Event>
        : OptionsOf<Entry> & PathKeys;

interface Procedure<Type, Input, Output> {
  _def: { type: Type; $types: { input: Input; output: Output } };
}

// biome-ignore lint/suspicious/noConfusingVoidType: a parameter that takes `void` may be left out.
type Optional<Input> = undefined extends Input ? Input | void : Input;
