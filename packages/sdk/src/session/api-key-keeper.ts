import type { SessionKeeper } from './keeper.ts';

/** Carries an organization's API key: there is no session to begin, to renew or to end. */
export function apiKeyKeeper(accessToken: string): SessionKeeper {
  const nothing = async () => undefined;
  return {
    held: { accessToken },
    ready: nothing,
    recover: nothing,
    signedIn: nothing,
    signedOut: nothing,
    renewPair: nothing,
    heard: nothing,
  };
}
