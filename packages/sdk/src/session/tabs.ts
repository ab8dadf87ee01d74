/** What tabs tell each other. No token and nothing about the person: whoever hears it asks storage or the server. */
export type TabMessage = 'session-changed' | 'signed-out';

/** The other tabs of the same page. */
export interface Tabs {
  tell(message: TabMessage): void;
  close(): void;
}

const ALONE: Tabs = { tell: () => undefined, close: () => undefined };

/**
 * Joins the tabs that have a client of the same server. Only pages have tabs: elsewhere an open channel would keep
 * a process alive.
 */
export function joinTabs(name: string, listener: (message: TabMessage) => void): Tabs {
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') return ALONE;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => listener(data as TabMessage);
  return { tell: (message) => channel.postMessage(message), close: () => channel.close() };
}
