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
  | 'sessions';
export type SubscriptionName = 'watch';

const QUERY =
  /\.(categories|get|history|incoming|invitations|ledger|list|me|officerApplication|organization|outgoing|sessions)$/;

export function isQuery(path: string): boolean {
  return QUERY.test(path);
}

export function isSubscription(path: string): boolean {
  return path.endsWith('.watch');
}
