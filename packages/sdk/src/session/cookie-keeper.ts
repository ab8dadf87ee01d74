import type { Credential, SessionKeeper } from './keeper.ts';
import type { SessionStore } from './session-store.ts';

/** The browser carries the cookie, and the server keeps it alive: there is nothing to do but to hear of its end. */
export function cookieKeeper(store: SessionStore): SessionKeeper {
  let credential: Credential = {};
  return {
    ready: async () => undefined,
    get current() {
      return credential;
    },
    async recover(sent, { code }) {
      // A late answer about an earlier session says nothing about this one.
      if (sent === credential) store.signedOut(code);
      return false;
    },
    async signedIn({ user, session }) {
      if (!user || !session) return;
      credential = { sid: session.id };
      store.signedIn(user, session, true);
    },
    async signedOut() {
      store.signedOut('SIGNED_OUT');
    },
    refresh: async () => undefined,
    async heard(hasEnded) {
      credential = {};
      if (hasEnded) store.signedOut('SIGNED_OUT');
      else store.found();
    },
  };
}
