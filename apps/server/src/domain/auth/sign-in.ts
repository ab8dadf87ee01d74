import {
  canonicalEmail,
  canonicalUsername,
  type SignInInput,
  type SignInResult,
  type User,
} from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { OpenedSession } from '../../auth/sessions.ts';
import { type CredentialRecord, replacePasswordHash } from '../../database/queries/auth.queries.ts';
import { toUser } from '../../database/queries/person-columns.ts';
import { auditEvent, recordAudit } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { presentSession } from './principal.ts';
import { issueTokenPair } from './refresh.ts';
import type { AuthServices } from './services.ts';

export interface SignedIn {
  user: User;
  opened: OpenedSession;
}

/**
 * Opens a session for whoever knows the password. An unknown account, a wrong password and a disabled
 * account get the same answer in the same time (ASVS 5.0.0 6.3.8); a hash imported from Django takes its own
 * time until the first sign-in has replaced it.
 * @throws DomainError `INVALID_CREDENTIALS`, `OVERLOADED`
 */
export async function signIn(
  services: AuthServices,
  caller: Caller,
  input: Pick<SignInInput, 'identifier' | 'password'>,
): Promise<SignedIn> {
  const account = await findAccount(services, input.identifier);
  const verdict = await services.passwords.verify(account?.passwordHash, input.password);
  if (account === undefined || !verdict.valid || account.disabledAt !== null) {
    await recordAudit(services.database.kysely, caller, 'user.sign_in_failed', {
      subjectId: account?.id ?? null,
    });
    throw new DomainError('INVALID_CREDENTIALS');
  }
  if (verdict.outdated) await rehash(services, account, input.password);
  const { id: userId, credentialEpoch } = account;
  const sessionId = uuidv7();
  const opened = await services.sessions.open({
    sessionId,
    userId,
    credentialEpoch,
    ip: caller.ip,
    userAgent: caller.userAgent,
    auditEvent: auditEvent(caller, 'user.sign_in', { subjectId: userId, details: { sessionId } }),
  });
  return { user: toUser(account), opened };
}

// A username with @ in it is its account's e-mail, so the two never compete.
async function findAccount(
  { credentials }: AuthServices,
  identifier: string,
): Promise<CredentialRecord | undefined> {
  const email = canonicalEmail(identifier);
  // Asked of the canonical spelling: a full-width @ is one too.
  const rows = email.includes('@')
    ? await credentials.byEmail.run([email])
    : await credentials.byUsername.run([canonicalUsername(identifier)]);
  return rows[0];
}

async function rehash(services: AuthServices, account: CredentialRecord, password: string): Promise<void> {
  const hash = await services.passwords.hash(password);
  await replacePasswordHash(services.database.kysely, account.id, account.passwordHash, hash, false);
}

/** What the one who signed in is told; tokens only where they were asked for. */
export async function presentSignIn(
  services: AuthServices,
  caller: Caller,
  { user, opened }: SignedIn,
  credential: SignInInput['credential'],
): Promise<SignInResult> {
  const { sessionId, startedAt, refreshExpiresAt, ...session } = opened;
  const record = { ...session, sessionId, startedAt, lastSeenAt: startedAt, ...caller };
  const answer = { user, session: presentSession(record, sessionId) };
  if (credential === 'cookie') return answer;
  const state = {
    sessionId,
    userId: user.id,
    generation: 0,
    rotatedAt: startedAt,
    expiresAt: refreshExpiresAt,
    absoluteExpiresAt: session.absoluteExpiresAt,
  };
  return { ...answer, ...(await issueTokenPair(services, state, startedAt)) };
}
