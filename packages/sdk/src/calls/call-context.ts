import type { CallOptions, MutationOptions, WatchOptions } from '../api/calls.ts';
import type { Credential } from '../session/keeper.ts';

/** What goes with an operation through the links. */
export interface CallContext {
  options?: CallOptions & MutationOptions & Pick<WatchOptions, 'onStateChange'>;
  /** The headers of this attempt; calls with headers of their own travel alone. */
  sentWith?: Credential;
}

/** Procedures whose callers need not be signed in: no token goes with them, and their refusals end no session. */
const PUBLIC: ReadonlySet<string> = new Set([
  'auth.signUp',
  'auth.signIn',
  'auth.refresh',
  'auth.verifyEmail',
  'auth.requestPasswordReset',
  'auth.resetPassword',
  'auth.confirmEmailChange',
]);

export function isPublic(path: string): boolean {
  return PUBLIC.has(path);
}
