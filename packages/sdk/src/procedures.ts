/** The last names of procedures that read. What is not here, and is no subscription, changes something. */
export type QueryName =
  | 'categories'
  | 'get'
  | 'history'
  | 'incoming'
  | 'invitations'
  | 'ledger'
  | 'list'
  | 'me'
  | 'officerApplication'
  | 'organization'
  | 'outgoing'
  | 'receipt'
  | 'sessions';
export type SubscriptionName = 'watch';

export function isQuery(path: string): boolean {
  return /\.(categories|get|history|incoming|invitations|ledger|list|me|officerApplication|organization|outgoing|receipt|sessions)$/.test(
    path,
  );
}

export function isSubscription(path: string): boolean {
  return path.endsWith('.watch');
}
