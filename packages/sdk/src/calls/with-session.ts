import { TruConnError } from '../errors.ts';
import type { HeldSession, SessionKeeper } from '../session/keeper.ts';
import { toTruConnError } from './to-truconn-error.ts';

/** Which session a call belongs to, through all its attempts and pages; known from its first attempt on. */
export interface CallSession {
  sid?: unknown;
}

/**
 * Sends a call with the session; once more where a token had run out that could be renewed.
 * @throws TruConnError
 */
export async function withSession<Result>(
  keeper: SessionKeeper,
  path: string,
  session: CallSession,
  send: (held: HeldSession) => Promise<Result>,
): Promise<Result> {
  if (isPublic(path)) return send({});
  session.sid ??= keeper.held.sid;
  await keeper.ready();
  const sent = keeper.held;
  session.sid ??= sent.sid;
  // Whoever has signed in meanwhile has not made this call.
  if (session.sid !== sent.sid)
    throw new TruConnError('UNAUTHENTICATED', { message: 'The session has ended.', status: 401 });
  try {
    return await send(sent);
  } catch (cause) {
    const error = toTruConnError(cause);
    if (!isSessionRefused(error.code) || !(await keeper.recover(sent, error))) throw error;
    return send(keeper.held);
  }
}

/** A procedure whose callers need not be signed in: no token goes with it, and its refusal ends no session. */
function isPublic(path: string): boolean {
  return /^auth\.(sign[UI]|refresh|verify|requestPassword|reset|confirm)/.test(path);
}

/** Whether the server says that the credential is none, or none any more. */
export function isSessionRefused(code: string): boolean {
  return /^(UNAUTHENTICATED|SESSION_EXPIRED|TOKEN_REUSED)$/.test(code);
}
