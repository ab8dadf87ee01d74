import type { Session, User } from '@truconn/contract';
import { guarded } from '../guarded.ts';
import type { TruConnOptions } from '../options.ts';
import type { SessionChange, SessionHandle, SessionState, SignedIn, SignOutReason } from './session-state.ts';
import { type Tabs, UNKNOWN } from './tabs.ts';

/** How the session stands, and who hears of it. */
export interface SessionStore extends SessionHandle {
  /** There is a session, and nobody has said whose. */
  found(): void;
  /**
   * The server has said whose session it is.
   * @param hasBegun whether it begins now, which the other tabs are told
   */
  signedIn(user: User, session: Session, hasBegun?: boolean): void;
  /** Heard once, however many calls meet the end of one session. */
  signedOut(reason?: SignOutReason): void;
}

/** The id of the session that somebody is signed in with. */
export function sessionIdOf(state: SessionState): string | undefined {
  return (state as Partial<SignedIn>).session?.id;
}

/** @param onSessionChange hears when it is known who is signed in, and when a session ends */
export function createSessionStore(
  onSessionChange: TruConnOptions['onSessionChange'],
  tabs: Tabs,
): SessionStore {
  let state: SessionState = { status: 'unknown' };
  const listeners = new Set<() => void>();
  const move = (next: SessionState, change?: SessionChange | false) => {
    state = next;
    for (const listener of listeners) guarded(listener);
    if (change) guarded(() => onSessionChange?.(change));
  };
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    found: () => move({ status: 'found' }),
    signedIn(user, session, hasBegun) {
      if (hasBegun) tabs.tell('');
      const next = { status: 'signed-in', user, session } as const;
      move(next, sessionIdOf(state) !== session.id && next);
    },
    signedOut(reason = 'SIGNED_OUT') {
      if (state.status === 'signed-out') return;
      const hadOne = state.status !== 'unknown';
      if (hadOne) tabs.tell(sessionIdOf(state) ?? UNKNOWN);
      const next = { status: 'signed-out', reason: hadOne ? reason : null } as const;
      move(next, hadOne && next);
    },
  };
}
