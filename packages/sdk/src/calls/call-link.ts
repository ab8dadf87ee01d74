import type { Operation, OperationResultEnvelope, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { Me, SignInResult, TokenPair } from '@truconn/contract';
import type { AppRouter } from '../app-router.ts';
import { isSessionRefused, type SessionKeeper } from '../session/keeper.ts';
import type { SessionStore } from '../session/session-store.ts';
import { type CallContext, isPublic } from './call-context.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { withRetries } from './retries.ts';
import { toTruConnError } from './to-truconn-error.ts';

/** What a call is carried by. */
export interface CallLinkDeps {
  keeper: SessionKeeper;
  store: SessionStore;
  /** What `auth.signIn` asks for unless it is told. */
  credential: 'cookie' | 'bearer';
  timeoutMs: number;
  retries: number;
}

type Envelope = OperationResultEnvelope<unknown, never>;
type Send = (op: Operation) => Promise<Envelope>;

/**
 * Carries a query or mutation: its time, its retries, and its session. Everything it fails with is a `TruConnError`.
 */
export function callLink(deps: CallLinkDeps): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const left = new AbortController();
        const send: Send = (attempt) =>
          new Promise((resolve, reject) => {
            const sent = next(attempt).subscribe({
              next: resolve as (envelope: unknown) => void,
              error: reject,
            });
            attempt.signal?.addEventListener('abort', () => sent.unsubscribe());
          });
        carry(deps, op, send, left.signal).then(
          (envelope) => {
            observer.next(envelope);
            observer.complete();
          },
          (error) => observer.error(error),
        );
        return () => left.abort();
      });
}

async function carry(deps: CallLinkDeps, op: Operation, send: Send, left: AbortSignal): Promise<Envelope> {
  const { options = {} } = op.context as CallContext;
  const signal = op.signal ? AbortSignal.any([op.signal, left]) : left;
  const deadline = startDeadline(options.timeoutMs ?? deps.timeoutMs, signal);
  try {
    const isSafe = op.type === 'query' || options.idempotencyKey !== undefined;
    const retries = isSafe ? (options.retries ?? deps.retries) : 0;
    const envelope = await withRetries(deadline, retries, () =>
      deadline.race(attempt(deps, op, send, deadline)),
    );
    await note(deps, op, envelope);
    return envelope;
  } finally {
    deadline.end();
  }
}

/** Sends the call; once more where a token had run out that could be renewed. */
async function attempt(deps: CallLinkDeps, op: Operation, send: Send, deadline: Deadline): Promise<Envelope> {
  const { keeper } = deps;
  const input =
    op.path === 'auth.signIn' ? { credential: deps.credential, ...(op.input as object) } : op.input;
  const sendOnce = () => send({ ...op, input, context: { ...op.context }, signal: deadline.signal });
  if (op.path === 'auth.refresh' && op.input === undefined) {
    const pair = await keeper.refresh();
    if (pair !== undefined) return { result: { type: 'data', data: pair } };
  }
  if (isPublic(op.path)) return sendOnce();
  await keeper.ready();
  const sent = keeper.credential;
  try {
    return await sendOnce();
  } catch (cause) {
    const error = toTruConnError(cause);
    if (!isSessionRefused(error) || !(await keeper.recover(sent, error))) throw error;
    return sendOnce();
  }
}

/** What some answers say about the session. */
async function note({ keeper, store }: CallLinkDeps, op: Operation, { result }: Envelope): Promise<void> {
  const data = 'data' in result ? result.data : undefined;
  if (op.path === 'auth.signIn') await keeper.signedIn(data as SignInResult);
  if (op.path === 'auth.refresh' && op.input !== undefined) {
    await keeper.refreshed((op.input as { refreshToken: string }).refreshToken, data as TokenPair);
  }
  if (op.path === 'auth.signOut' || op.path === 'auth.signOutEverywhere') await keeper.signedOut();
  if (op.path === 'auth.me') {
    const { user, session } = data as Me;
    store.signedIn(user, session);
  }
}
