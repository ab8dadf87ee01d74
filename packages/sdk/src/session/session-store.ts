import type { Session, User } from '@truconn/contract';
import type { SessionChange, SessionHandle, SessionState, SignOutReason } from './session-state.ts';

/** How the session stands, and who hears of it. */
export interface SessionStore extends SessionHandle {
  /** There is a session, and nobody has said whose. */
  found(): void;
  /** The server has said whose session it is. */
  signedIn(user: User, session: Session): void;
  /** Heard once, however many calls meet the end of one session. */
  signedOut(reason: SignOutReason | null): void;
}

/** @param onSessionChange hears when it is known who is signed in, and when a session ends */
export function createSessionStore(
  onSessionChange: ((change: SessionChange) => void) | undefined,
): SessionStore {
  let state: SessionState = { status: 'unknown' };
  const listeners = new Set<() => void>();
  const move = (next: SessionState) => {
    state = next;
    for (const listener of listeners) guarded(listener);
  };
  const change = (next: SessionChange) => {
    move(next);
    guarded(() => onSessionChange?.(next));
  };
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    found: () => move({ status: 'found' }),
    signedIn(user, session) {
      const next = { status: 'signed-in', user, session } as const;
      if (state.status !== 'signed-in' || state.session.id !== session.id) change(next);
      else if (JSON.stringify(state.user) !== JSON.stringify(user)) move(next);
    },
    signedOut(reason) {
      if (state.status === 'signed-out') return;
      if (state.status === 'unknown') move({ status: 'signed-out', reason: null });
      else change({ status: 'signed-out', reason });
    },
  };
}

// What a listener throws is its own matter: it is reported as uncaught, and the call goes on.
function guarded(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
