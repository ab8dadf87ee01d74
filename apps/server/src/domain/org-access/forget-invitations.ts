import type { Executor } from '../../database/connection.ts';
import { deleteEndedInvitations } from '../../database/queries/invitations.queries.ts';

const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * Forgets invitations that ended 30 days ago, whichever way: they hold the addresses of people who may never have
 * wanted to be known here. That there was an invitation stays in the audit log, without its address.
 */
export function forgetInvitations(db: Executor): Promise<void> {
  return deleteEndedInvitations(db, new Date(Date.now() - KEPT_MS));
}
