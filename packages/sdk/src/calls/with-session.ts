import type { Credential, SessionKeeper } from '../session/keeper.ts';
import { toTruConnError } from './to-truconn-error.ts';

/** Procedures whose callers need not be signed in: no token goes with them, and their refusals end no session. */
const PUBLIC = /^auth\.(sign(Up|In)|refresh|verify|requestPassword|reset|confirm)/;

/**
 * Sends a call with the session's credential; once more where a token had run out that could be renewed.
 * @throws TruConnError
 */
export async function withSession<Result>(
  keeper: SessionKeeper,
  path: string,
  send: (credential: Credential) => Promise<Result>,
): Promise<Result> {
  if (PUBLIC.test(path)) return send({});
  const { sid } = keeper.current;
  await keeper.ready();
  // Who signed in while this call waited has not made it: it goes as nobody's.
  const sent = sid && keeper.current.sid !== sid ? {} : keeper.current;
  try {
    return await send(sent);
  } catch (cause) {
    const error = toTruConnError(cause);
    if (!isSessionRefused(error.code) || !(await keeper.recover(sent, error))) throw error;
    return send(keeper.current);
  }
}

/** Whether the server says that the credential is none, or none any more. */
export function isSessionRefused(code: string): boolean {
  return /^(UNAUTHENTICATED|SESSION_EXPIRED|TOKEN_REUSED)$/.test(code);
}
