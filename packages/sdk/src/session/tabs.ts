/** Tells the other tabs that the session has changed. No token and nothing about the person goes there. */
export interface Tabs {
  /** @param hasEnded whether the session is over */
  tell(hasEnded: boolean): void;
  close(): void;
}

/**
 * Joins the tabs that have a client of the same server. Only pages have tabs: elsewhere an open channel would keep
 * a process alive.
 */
export function joinTabs(name: string, listener: (hasEnded: boolean) => void): Tabs {
  const channel = globalThis.document && new BroadcastChannel(name);
  if (channel) channel.onmessage = ({ data }) => listener(data);
  return { tell: (hasEnded) => channel?.postMessage(hasEnded), close: () => channel?.close() };
}
