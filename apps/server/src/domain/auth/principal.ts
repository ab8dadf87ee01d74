import type { Role, Session } from '@truconn/contract';
import type { SessionPersonRecord, SessionRecord } from '../../database/queries/sessions.queries.ts';
import type { ActingApiKey, Identity, Principal } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { NumberedProfile, NumberedUser } from '../numbered.ts';
import { presentProfile } from '../profile/present-profile.ts';
import type { Services } from '../services.ts';
import { toUser } from './present-user.ts';

/** A credential as it was presented. `header` wins over `cookie`: a bad header never falls back. */
export type Credential =
  | { kind: 'none' }
  | { kind: 'malformed' }
  | { kind: 'sessionToken'; token: string }
  | { kind: 'accessToken'; token: string }
  | { kind: 'apiKey'; secret: string };

/**
 * Whom a credential stands for, asked of the database on every request: the session lives, the person
 * is enabled and their role is the one of now; or the API key is neither revoked nor past its end. One round trip.
 * @throws DomainError `UNAUTHENTICATED`, `SESSION_EXPIRED`
 */
export async function authenticate(services: Services, credential: Credential): Promise<Identity> {
  if (credential.kind === 'apiKey') return { apiKey: await findApiKey(services, credential.secret) };
  const record = await findSession(services, credential);
  if (record === undefined) throw new DomainError('UNAUTHENTICATED');
  return { principal: new RecordedPrincipal(services, record) };
}

async function findApiKey({ apiKeys }: Services, secret: string): Promise<ActingApiKey> {
  const record = await apiKeys.find(secret);
  if (record === undefined) throw new DomainError('UNAUTHENTICATED');
  const { id, organizationId, organizationName, scopes, categoryIds } = record;
  return { id, organization: { id: organizationId, name: organizationName }, scopes, categoryIds };
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

/** Presents what a procedure asks for when it asks: most need an id and a role alone. */
class RecordedPrincipal implements Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly #services: Services;
  readonly #record: SessionPersonRecord;
  #profile: NumberedProfile | undefined;

  constructor(services: Services, record: SessionPersonRecord) {
    this.userId = record.id;
    this.sessionId = record.sessionId;
    this.role = record.role;
    this.#services = services;
    this.#record = record;
  }

  get user(): NumberedUser {
    return toUser(this.#record);
  }

  get profile(): NumberedProfile {
    this.#profile ??= presentProfile(this.#services, this.#record);
    return this.#profile;
  }

  get session(): Session {
    return presentSession(this.#record, this.sessionId);
  }
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
