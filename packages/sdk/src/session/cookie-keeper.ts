import type { Credential, SessionKeeper } from './keeper.ts';
import type { SessionStore } from './session-store.ts';
import type { Tabs } from './tabs.ts';

/** The browser carries the cookie, and the server keeps it alive: there is nothing to do but to hear of its end. */
export function cookieKeeper(store: SessionStore, tabs: Tabs): SessionKeeper {
  let credential: Credential = { headers: {} };
  return {
    ready: async () => undefined,
    get credential() {
      return credential;
    },
    async recover(sent, error) {
      // A late answer about an earlier session says nothing about this one.
      if (sent === credential) store.signedOut(error.code);
      return false;
    },
    async signedIn({ user, session }) {
      credential = { headers: {} };
      store.signedIn(user, session);
      tabs.tell('session-changed');
    },
    async signedOut() {
      store.signedOut('SIGNED_OUT');
      tabs.tell('signed-out');
    },
    refresh: async () => undefined,
    refreshed: async () => undefined,
    async heard(message) {
      credential = { headers: {} };
      if (message === 'signed-out') store.signedOut('SIGNED_OUT');
      else store.found();
    },
  };
}
