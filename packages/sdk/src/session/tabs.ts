/** Tells the other tabs that the session has changed. No token and nothing about the person goes there. */
export interface Tabs {
  /** @param endedId the id of the session that is over; empty for one that has begun, or whose id nobody knows */
  tell(endedId: string): void;
  close(): void;
}

/**
 * Joins the tabs that have a client of the same server. Only pages have tabs: elsewhere an open channel would keep
 * a process alive.
 */
export function joinTabs(name: string, listener: (endedId: string) => void): Tabs {
  const channel = globalThis.document && new BroadcastChannel(name);
  if (channel) channel.onmessage = ({ data }) => listener(data);
  return { tell: (endedId) => channel?.postMessage(endedId), close: () => channel?.close() };
}
