import { v7 as uuidv7 } from 'uuid';
import type { OpenedSession } from '../../auth/sessions.ts';
import type { CredentialRecord } from '../../database/queries/auth.queries.ts';
import { auditEvent } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';
import type { Services } from '../services.ts';

/**
 * Opens a session for an account whose password was judged or set, and writes the sign-in down.
 * @param account with the epoch that was read with that password: another one leaves the session dead
 */
export function openSession(
  { sessions }: Pick<Services, 'sessions'>,
  caller: Caller,
  { id: userId, credentialEpoch }: Pick<CredentialRecord, 'id' | 'credentialEpoch'>,
): Promise<OpenedSession> {
  const sessionId = uuidv7();
  return sessions.open({
    sessionId,
    userId,
    credentialEpoch,
    ip: caller.ip,
    userAgent: caller.userAgent,
    auditEvent: auditEvent(caller, 'user.sign_in', { subjectId: userId, details: { sessionId } }),
  });
}
