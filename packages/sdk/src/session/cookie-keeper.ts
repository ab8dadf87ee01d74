import type { Credential, SessionKeeper } from './keeper.ts';
import type { SessionStore } from './session-store.ts';

/** The browser carries the cookie, and the server keeps it alive: there is nothing to do but to hear of its end. */
export function cookieKeeper(store: SessionStore): SessionKeeper {
  let current: Credential;
  // Whose cookie it is, no script can see: each beginning and each end is a session of its own.
  const change = () => {
    current = { sid: {} };
  };
  change();
  return {
    ready: async () => undefined,
    get current() {
      return current;
    },
    async recover(sent, { code }) {
      if (sent === current) store.signedOut(code);
      return false;
    },
    async signedIn({ user, session }) {
      if (!user || !session) return;
      change();
      store.signedIn(user, session, true);
    },
    async signedOut() {
      change();
      store.signedOut('SIGNED_OUT');
    },
    refresh: async () => undefined,
    async heard(hasEnded) {
      change();
      if (hasEnded) store.signedOut('SIGNED_OUT');
      else store.found();
    },
  };
}
