import type { Page, PageInput, Session } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { raiseCredentialEpoch } from '../../database/queries/credentials.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import { deleteSession, deleteSessions, listSessions } from '../../database/queries/sessions.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { listPage, uuidKey } from '../paging.ts';
import { presentSession } from './principal.ts';

/** The caller's live sessions, newest first. */
export function listOwnSessions(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<Session>> {
  const now = new Date();
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listSessions(db, principal.userId, { before, limit, now }),
    keyOf: (record) => record.sessionId,
    present: (record) => presentSession(record, principal.sessionId),
  });
}

/**
 * Ends one of the caller's sessions, with every token that stands for it.
 * @throws DomainError `NOT_FOUND` for a session that is not theirs, ended or never was
 */
export async function endOwnSession(trx: Trx, caller: PersonCaller, sessionId: string): Promise<void> {
  const ended = await deleteSession(trx, caller.principal.userId, sessionId);
  if (!ended) throw new DomainError('NOT_FOUND');
  await recordAudit(trx, caller, 'session.ended', { details: { sessionId } });
}

/** Ends the session that asks. Somebody who clicks twice is signed out twice: both are told so. */
export async function signOut(trx: Trx, caller: PersonCaller): Promise<void> {
  const { userId, sessionId } = caller.principal;
  const ended = await deleteSession(trx, userId, sessionId);
  if (ended) await recordAudit(trx, caller, 'session.ended', { details: { sessionId } });
}

/** Ends all of the caller's sessions (`endAllSessions`), this one included. @returns how many */
export async function endAllOwnSessions(trx: Trx, caller: PersonCaller): Promise<number> {
  const ended = await endAllSessions(trx, caller.principal.userId);
  await recordAudit(trx, caller, 'session.all_ended', { details: { endedSessions: ended } });
  return ended;
}

/**
 * Ends all sessions of an account, one that is being opened at this moment included, and with them every change
 * of its address that waits for its confirmation: whoever asked for it may be whom the owner locks out.
 * @returns how many sessions there were
 */
export async function endAllSessions(trx: Trx, userId: string): Promise<number> {
  // Locks the account before its tokens. A mail that is not composed yet finds another epoch than its own.
  await raiseCredentialEpoch(trx, userId);
  await deleteMailTokensOf(trx, userId, ['change_email']);
  return deleteSessions(trx, userId);
}
