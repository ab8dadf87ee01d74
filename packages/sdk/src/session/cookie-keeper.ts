import type { HeldSession, SessionKeeper } from './keeper.ts';
import { type SessionStore, sessionIdOf } from './session-store.ts';
import { UNKNOWN } from './tabs.ts';

/** The browser carries the cookie, and the server keeps it alive: there is nothing to do but to hear of its end. */
export function cookieKeeper(store: SessionStore): SessionKeeper {
  // Whose cookie it is, no script can see: each beginning and each end makes it another session.
  const begin = (): HeldSession => ({ sid: {} });
  let held = begin();
  return {
    ready: async () => undefined,
    get held() {
      return held;
    },
    async recover(sent, { code }) {
      if (sent === held) {
        held = begin();
        store.signedOut(code);
      }
      return false;
    },
    async signedIn({ user, session }) {
      if (!user || !session) return;
      held = begin();
      store.signedIn(user, session, true);
    },
    async signedOut() {
      held = begin();
      store.signedOut();
    },
    renewPair: async () => undefined,
    async heard(endedId) {
      const { state } = store;
      const id = sessionIdOf(state);
      // The end of an earlier session, told late by a tab that was asleep; or there is none here to end.
      const isOurs = id ? endedId === id || endedId === UNKNOWN : state.status !== 'signed-out';
      if (endedId && !isOurs) return;
      held = begin();
      if (endedId === id) store.signedOut();
      else store.found();
    },
  };
}
