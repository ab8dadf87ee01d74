import type { Me, SignInResult } from '@truconn/contract';
import type { MutationOptions } from '../api/calls.ts';
import { isQuery } from '../procedures.ts';
import type { HeldSession, SessionKeeper } from '../session/keeper.ts';
import type { SessionStore } from '../session/session-store.ts';
import { inTime } from './deadline.ts';
import { withRetries } from './retries.ts';
import type { Transport } from './transport.ts';
import { type CallSession, withSession } from './with-session.ts';

/** What calls are made with. */
export interface CallDeps {
  transport: Transport;
  keeper: SessionKeeper;
  store: SessionStore;
  /** What `auth.signIn` asks for unless it is told. */
  credential: 'cookie' | 'bearer';
  timeoutMs: number;
  retries: number;
}

/**
 * Calls a query or a mutation by its name, in limited time, again where that is safe, with the session's credential.
 * @throws TruConnError
 */
export async function call(
  deps: CallDeps,
  path: string,
  input: unknown,
  options: MutationOptions = {},
  session: CallSession = {},
): Promise<unknown> {
  const { transport, keeper, credential } = deps;
  const { signal, timeoutMs = deps.timeoutMs, retries = deps.retries, headers, idempotencyKey } = options;
  const told = path === 'auth.signIn' ? { credential, ...(input as object) } : input;
  const reads = isQuery(path);
  // Mutations travel alone: their headers and their fate are theirs.
  const own = reads ? headers : { ...headers, ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) };
  return inTime(timeoutMs, signal, (deadline) =>
    withRetries(
      deadline,
      reads || idempotencyKey ? retries : 0,
      async () =>
        // Where there is no pair to renew, the server says so.
        (path === 'auth.refresh' && !input && (await keeper.renewPair())) ||
        withSession(keeper, path, session, async (sent) => {
          deadline.signal.throwIfAborted();
          // Throws for what has no JSON form, which in a batch would fail where nobody can catch it.
          JSON.stringify(told);
          const answer = await transport
            .clientFor(sent.accessToken, own)
            [reads ? 'query' : 'mutation'](path, told, deadline);
          await note(deps, path, sent, answer);
          return answer;
        }),
    ),
  );
}

/** Keeps what an answer says about the session. */
async function note(
  { keeper, store }: CallDeps,
  path: string,
  sent: HeldSession,
  answer: unknown,
): Promise<void> {
  if (path === 'auth.signIn' || path === 'auth.refresh') return keeper.signedIn(answer as SignInResult);
  // A late answer about an earlier session says nothing about this one.
  if (keeper.held.sid !== sent.sid) return;
  // A cookie that no answer had shown yet.
  if (store.state.status === 'unknown') store.found();
  if (path.startsWith('auth.signOut')) await keeper.signedOut();
  if (path === 'auth.me') {
    const { user, session } = answer as Me;
    store.signedIn(user, session);
  }
}
