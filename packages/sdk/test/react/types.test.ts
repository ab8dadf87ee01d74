import {
  type dataTagErrorSymbol,
  type dataTagSymbol,
  type InfiniteData,
  QueryClient,
  type SkipToken,
  skipToken,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query';
import { describe, expectTypeOf, test } from 'vitest';
import {
  type ConsentView,
  createTruConn,
  type GrantInput,
  type LedgerEntry,
  type Page,
  type Session,
  type TruConnApi,
  type TruConnError,
  type User,
  type WatchEvent,
} from '../../src/index.ts';
import {
  createTruConnQuery,
  type TruConnQuery,
  type UseSessionResult,
  useSubscription,
} from '../../src/react/index.ts';

// The compiler proves what is here: hooks are only written down, and nothing is sent.
const truconn = createTruConn({ baseUrl: 'http://127.0.0.1:9' });
const api = createTruConnQuery({ truconn, queryClient: new QueryClient() });

/** What a procedure takes, answers and fails with. */
interface Signature<Input, Output, Failure> {
  // A method's parameter would be compared both ways.
  input: (input: Input) => void;
  output: Output;
  failure: Failure;
}

// biome-ignore lint/suspicious/noConfusingVoidType: what may be left out of a call stands as `void` in its options.
type InOptions<Input> = undefined extends Input ? Input | void : Input;

type OfApi<Node> = Node extends (input: infer Input, ...rest: never) => Promise<infer Output>
  ? Signature<InOptions<Input>, Output, TruConnError>
  : Node extends (input: infer Input, ...rest: never) => AsyncIterable<infer Event>
    ? Signature<InOptions<Input>, Event, TruConnError>
    : { [Name in keyof Node]: OfApi<Node[Name]> };

interface Tags<Output, Failure> {
  [dataTagSymbol]: Output;
  [dataTagErrorSymbol]: Failure;
}

type OfOptions<Node> = Node extends {
  queryOptions: (input: infer Input, ...rest: never) => { queryKey: Tags<infer Output, infer Failure> };
}
  ? Signature<Exclude<Input, SkipToken>, Output, Failure>
  : Node extends { mutationOptions: () => Mutation<infer Input, infer Output, infer Failure> }
    ? Signature<Input, Output, Failure>
    : Node extends {
          subscriptionOptions: (
            input: infer Input,
            ...rest: never
          ) => Subscription<infer Event, infer Failure>;
        }
      ? Signature<Exclude<Input, SkipToken>, Event, Failure>
      : { [Name in Exclude<keyof Node, 'pathKey' | 'pathFilter'>]: OfOptions<Node[Name]> };

interface Mutation<Input, Output, Failure> {
  mutationFn?: (input: Input, ...rest: never) => Promise<Output>;
  onError?: (error: Failure, ...rest: never) => unknown;
}

interface Subscription<Event, Failure> {
  onData?: (event: Event) => void;
  onError?: (error: Failure) => void;
}

describe('the types of', () => {
  test('all options are those of the procedures, with a TruConnError where they fail', () => {
    expectTypeOf<OfOptions<TruConnQuery>>().toEqualTypeOf<OfApi<TruConnApi>>();
    expectTypeOf<OfOptions<TruConnQuery>['consent']['grant']>().toEqualTypeOf<
      Signature<GrantInput, ConsentView, TruConnError>
    >();
  });

  test('queries', () => {
    const useThem = () => {
      const consents = useQuery(api.consent.list.queryOptions());
      expectTypeOf(consents.data).toEqualTypeOf<Page<ConsentView> | undefined>();
      expectTypeOf(consents.error).toEqualTypeOf<TruConnError | null>();
      const names = api.consent.list.queryOptions(
        { limit: 5 },
        { select: ({ items }) => items.map(({ name }) => name) },
      );
      expectTypeOf(useQuery(names).data).toEqualTypeOf<string[] | undefined>();
      expectTypeOf(useQuery(api.consent.list.queryOptions(skipToken)).data).toEqualTypeOf(consents.data);
      expectTypeOf(useSuspenseQuery(api.consent.list.queryOptions()).data).toEqualTypeOf<Page<ConsentView>>();
      // @ts-expect-error a suspended query cannot be skipped
      useSuspenseQuery(api.consent.list.queryOptions(skipToken));
      // @ts-expect-error there is no such input
      api.consent.list.queryOptions({ size: 5 });
      // @ts-expect-error `signal` is TanStack's to give
      api.consent.list.queryOptions(undefined, { trpc: { context: { signal: AbortSignal.abort() } } });
    };
    expectTypeOf(useThem).toBeFunction();
    const read = new QueryClient().getQueryData(api.consent.list.queryKey());
    expectTypeOf(read).toEqualTypeOf<Page<ConsentView> | undefined>();
  });

  test('infinite lists', () => {
    const useThem = () => {
      const ledger = useInfiniteQuery(api.consent.ledger.infiniteQueryOptions({ limit: 5 }));
      expectTypeOf(ledger.data).toEqualTypeOf<InfiniteData<Page<LedgerEntry>, string | null> | undefined>();
      expectTypeOf(ledger.error).toEqualTypeOf<TruConnError | null>();
    };
    expectTypeOf(useThem).toBeFunction();
    expectTypeOf(api.auth.me).not.toHaveProperty('infiniteQueryOptions');
  });

  test('mutations', () => {
    const useThem = () => {
      const grant = useMutation(api.consent.grant.mutationOptions({ onError: ({ code }) => void code }));
      expectTypeOf(grant.mutate).parameter(0).toEqualTypeOf<GrantInput>();
      expectTypeOf(grant.error).toEqualTypeOf<TruConnError | null>();
      // @ts-expect-error the input is missing
      grant.mutate();
      useMutation(api.auth.signOut.mutationOptions()).mutate();
    };
    expectTypeOf(useThem).toBeFunction();
  });

  test('streams', () => {
    const useThem = () => {
      const live = useSubscription(api.consent.watch.subscriptionOptions());
      expectTypeOf(live.data).toEqualTypeOf<WatchEvent<LedgerEntry> | undefined>();
      // tRPC says `undefined` where an idle or connected stream has no error, and `null`.
      expectTypeOf(live.error).toEqualTypeOf<TruConnError | null>();
    };
    expectTypeOf(useThem).toBeFunction();
  });

  test('the session: whoever is signed in is somebody', () => {
    type SignedIn = Extract<UseSessionResult, { status: 'signed-in' }>;
    expectTypeOf<SignedIn['user']>().toEqualTypeOf<User>();
    expectTypeOf<SignedIn['session']>().toEqualTypeOf<Session>();
    expectTypeOf<Exclude<UseSessionResult, SignedIn>['user']>().toEqualTypeOf<null>();
  });
});
