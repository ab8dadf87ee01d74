export { createTruConnQuery, type TruConnQueryInit } from './create-truconn-query.ts';
export { TruConnProvider, type TruConnProviderProps, useTruConn } from './provider.tsx';
export type {
  InfiniteQueryProcedure,
  MutationProcedure,
  PathKeys,
  QueryProcedure,
  RequestOptions,
  TruConnQueryKey,
} from './query-types.ts';
export type {
  SubscriptionConnection,
  SubscriptionListeners,
  SubscriptionOptions,
  SubscriptionProcedure,
  SubscriptionResult,
} from './subscription-types.ts';
export type { TruConnQuery } from './truconn-query.ts';
export { type UseSessionResult, useSession } from './use-session.ts';
export { useSubscription } from './use-subscription.ts';
