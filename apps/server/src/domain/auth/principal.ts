import type { Session } from '@truconn/contract';
import type { SessionPersonRecord, SessionRecord } from '../../database/queries/sessions.queries.ts';
import type { Principal } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { presentProfile } from '../profile/present-profile.ts';
import type { Services } from '../services.ts';
import { toUser } from './present-user.ts';

/** A credential as it was presented. `header` wins over `cookie`: a bad header never falls back. */
export type Credential =
  | { kind: 'none' }
  | { kind: 'malformed' }
  | { kind: 'sessionToken'; token: string }
  | { kind: 'accessToken'; token: string };

/**
 * Whom a credential stands for, asked of the database on every request: the session lives, the person
 * is enabled and their role is the one of now. One round trip.
 * @throws DomainError `UNAUTHENTICATED`, `SESSION_EXPIRED`
 */
export async function authenticate(services: Services, credential: Credential): Promise<Principal> {
  const record = await findSession(services, credential);
  if (record === undefined) throw new DomainError('UNAUTHENTICATED');
  return toPrincipal(services, record);
}

async function findSession(
  { sessions, tokens }: Services,
  credential: Credential,
): Promise<SessionPersonRecord | undefined> {
  switch (credential.kind) {
    case 'sessionToken':
      return sessions.findByToken(credential.token);
    case 'accessToken': {
      const subject = await tokens.verifyAccess(credential.token);
      const record = await sessions.findById(subject.sessionId);
      return record?.id === subject.userId ? record : undefined;
    }
    default:
      return undefined;
  }
}

function toPrincipal(services: Services, record: SessionPersonRecord): Principal {
  return {
    userId: record.id,
    sessionId: record.sessionId,
    role: record.role,
    user: toUser(record),
    profile: presentProfile(services, record),
    session: presentSession(record, record.sessionId),
  };
}

/** @param currentId the session that asks */
export function presentSession(record: Omit<SessionRecord, 'tokenHash'>, currentId: string): Session {
  return {
    id: record.sessionId,
    createdAt: record.startedAt.toISOString(),
    lastSeenAt: record.lastSeenAt.toISOString(),
    expiresAt: record.expiresAt.toISOString(),
    absoluteExpiresAt: record.absoluteExpiresAt.toISOString(),
    ip: record.ip,
    userAgent: record.userAgent,
    current: record.sessionId === currentId,
  };
}
