/** Tells the other tabs that the session has changed. No token and nothing about the person goes there. */
export interface Tabs {
  /** @param endedId the id of the session that is over, or `UNKNOWN`; empty when one has begun */
  tell(endedId: string): void;
  close(): void;
}

/** In place of the id of a session that has ended before the server had told it. */
export const UNKNOWN = '?';

/**
 * Joins the tabs that have a client of the same server. Only pages have tabs: elsewhere an open channel would keep
 * a process alive.
 */
export function joinTabs(name: string, listener: (endedId: string) => void): Tabs {
  const channel = globalThis.document && new BroadcastChannel(name);
  if (channel) channel.onmessage = ({ data }) => listener(data);
  return { tell: (endedId) => channel?.postMessage(endedId), close: () => channel?.close() };
}
