import type { SessionHandle, SessionState } from '../session/session-state.ts';

/**
 * Calls `onChange` whenever what was fetched before is not for whoever the session is of now: it has ended, or
 * somebody else signed in. Nobody knows at first whose the session is; learning it is no change.
 * @returns a function that ends it
 */
export function watchPerson(
  session: SessionHandle,
  onChange: (now: SessionState, before: SessionState) => void,
): () => void {
  let before = session.state;
  return session.subscribe(() => {
    const now = session.state;
    const changed = isAnother(before, now);
    const previous = before;
    before = now;
    if (changed) onChange(now, previous);
  });
}

function isAnother(before: SessionState, now: SessionState): boolean {
  // A page that the server rendered may hold a person's data before the session was first asked for.
  if (before.status === 'unknown') return now.status === 'signed-out';
  if (now.status !== 'signed-in') return true;
  if (before.status === 'signed-in') return before.user.id !== now.user.id;
  return before.status === 'signed-out';
}
