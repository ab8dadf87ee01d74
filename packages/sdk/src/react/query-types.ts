import type {
  DataTag,
  DefinedInitialDataInfiniteOptions,
  DefinedInitialDataOptions,
  InfiniteData,
  QueryFilters,
  SkipToken,
  UndefinedInitialDataInfiniteOptions,
  UndefinedInitialDataOptions,
  UnusedSkipTokenInfiniteOptions,
  UnusedSkipTokenOptions,
  UseMutationOptions,
} from '@tanstack/react-query';
import type { CallOptions, MutationOptions } from '../api/calls.ts';
import type { TruConnError } from '../errors.ts';

/** The key of a query: the prefix of all that is TruConn's, the procedure's path, and its input. */
export type TruConnQueryKey = [
  prefix: string[],
  path: string[],
  call?: { input?: unknown; type?: 'query' | 'infinite' },
];

/** How the options of one procedure reach the call itself. */
export interface RequestOptions<Options> {
  trpc?: {
    /** Gives the request up when nothing shows the query any more; else it is finished and cached. */
    abortOnUnmount?: boolean;
    /** What the call takes besides its input: `{ timeoutMs: 5_000 }`. */
    context?: Omit<Options, 'signal'>;
  };
}

/** Keys and filters for everything below a path, to invalidate it for example. */
export interface PathKeys {
  pathKey(): [prefix: string[], path?: string[]];
  pathFilter(filters?: QueryFilters): QueryFilters & { queryKey: [prefix: string[], path?: string[]] };
}

/** A query's options, key and filter. */
export interface QueryProcedure<Input, Output> extends PathKeys {
  /** For `useQuery`, `useSuspenseQuery`, `queryClient.prefetchQuery` and their like. */
  queryOptions: MakeQueryOptions<Input, Output>;
  queryKey(input?: Partial<Input>): Tagged<Output>;
  queryFilter(
    input?: Partial<Input>,
    filters?: QueryFilters<Tagged<Output>>,
  ): QueryFilters<Tagged<Output>> & { queryKey: Tagged<Output> };
}

/** A list's options, page by page, with their key and filter. */
export interface InfiniteQueryProcedure<Input, Output> {
  /** For `useInfiniteQuery` and its like; the cursor of the next page is taken from the last one. */
  infiniteQueryOptions: MakeInfiniteQueryOptions<Input, Output>;
  infiniteQueryKey(input?: Partial<Input>): Tagged<Pages<Output>>;
  infiniteQueryFilter(
    input?: Partial<Input>,
    filters?: QueryFilters<Tagged<Pages<Output>>>,
  ): QueryFilters<Tagged<Pages<Output>>> & { queryKey: Tagged<Pages<Output>> };
}

/** A mutation's options and key. */
export interface MutationProcedure<Input, Output> {
  /** For `useMutation`. */
  mutationOptions<OnMutateResult = unknown>(
    options?: Omit<
      UseMutationOptions<Output, TruConnError, Input, OnMutateResult>,
      'mutationKey' | 'mutationFn'
    > &
      RequestOptions<MutationOptions>,
  ): UseMutationOptions<Output, TruConnError, Input, OnMutateResult> &
    TrpcPath & { mutationKey: [prefix: string[], path: string[]] };
  mutationKey(): [prefix: string[], path: string[]];
}

type Tagged<Data> = DataTag<TruConnQueryKey, Data, TruConnError>;
type Cursor = string | null;
type Pages<Output> = InfiniteData<Output, Cursor>;

interface TrpcPath {
  trpc: { path: string };
}

// Distributes over unions, which `Omit` would melt into one.
type Without<Options, Keys extends PropertyKey> = Options extends unknown ? Omit<Options, Keys> : never;

type QueryOptionsIn<Options> = Without<Options, 'queryKey' | 'queryFn' | 'queryHash' | 'queryKeyHashFn'> &
  RequestOptions<CallOptions>;

type QueryOptionsOut<Options, Data> = Options & TrpcPath & { queryKey: Tagged<Data> };

// Three forms, as TanStack's own `queryOptions` has them: with initial data, with an input that is there, and with
// one that may be skipped. Only the first is sure of its data, and only the second serves `useSuspenseQuery`.
interface MakeQueryOptions<Input, Output> {
  <Data = Output>(
    input: Input | SkipToken,
    options: QueryOptionsIn<DefinedInitialDataOptions<Output, TruConnError, Data, TruConnQueryKey>>,
  ): QueryOptionsOut<DefinedInitialDataOptions<Output, TruConnError, Data, TruConnQueryKey>, Output>;
  <Data = Output>(
    input: Input,
    options?: QueryOptionsIn<UnusedSkipTokenOptions<Output, TruConnError, Data, TruConnQueryKey>>,
  ): QueryOptionsOut<UnusedSkipTokenOptions<Output, TruConnError, Data, TruConnQueryKey>, Output>;
  <Data = Output>(
    input: Input | SkipToken,
    options?: QueryOptionsIn<UndefinedInitialDataOptions<Output, TruConnError, Data, TruConnQueryKey>>,
  ): QueryOptionsOut<UndefinedInitialDataOptions<Output, TruConnError, Data, TruConnQueryKey>, Output>;
}

type PagesIn<Options extends { getNextPageParam: unknown }> = QueryOptionsIn<
  Without<Options, 'initialPageParam' | 'getNextPageParam'>
> & {
  /** Where to begin; at the first page unless told. */
  initialCursor?: Cursor;
  getNextPageParam?: Options['getNextPageParam'];
};

interface MakeInfiniteQueryOptions<Input, Output> {
  <Data = Pages<Output>>(
    input: Input | SkipToken,
    options: PagesIn<DefinedInitialDataInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>>,
  ): QueryOptionsOut<
    DefinedInitialDataInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>,
    Pages<Output>
  >;
  <Data = Pages<Output>>(
    input: Input,
    options?: PagesIn<UnusedSkipTokenInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>>,
  ): QueryOptionsOut<
    UnusedSkipTokenInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>,
    Pages<Output>
  >;
  <Data = Pages<Output>>(
    input: Input | SkipToken,
    options?: PagesIn<
      UndefinedInitialDataInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>
    >,
  ): QueryOptionsOut<
    UndefinedInitialDataInfiniteOptions<Output, TruConnError, Data, TruConnQueryKey, Cursor>,
    Pages<Output>
  >;
}
