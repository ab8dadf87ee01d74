import type { SignInInput, SignInResult, TokenPair } from '@truconn/contract';
import type { OpenedSession } from '../../auth/sessions.ts';
import { type CredentialRecord, replacePasswordHash } from '../../database/queries/auth.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller, Identity } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { NumberedProfile } from '../numbered.ts';
import { presentProfile } from '../profile/present-profile.ts';
import type { Services } from '../services.ts';
import { type AdmittedSignIn, admitSignIn } from './admit-sign-in.ts';
import { openSession } from './open-session.ts';
import { presentSession } from './principal.ts';
import { issueTokenPair } from './refresh.ts';

/** Whoever just signed in, with the session that was opened for them. */
export interface SignedIn {
  profile: NumberedProfile;
  opened: OpenedSession;
}

/**
 * Opens a session for whoever knows the password. An unknown account, a wrong password and a disabled
 * account get the same answer in the same time (ASVS 5.0.0 6.3.8); a hash imported from Django takes its own
 * time until the first sign-in has replaced it.
 * @param authenticate whose credential the request carries, for the owner of an account under attack
 * @throws DomainError `INVALID_CREDENTIALS`, `RATE_LIMITED`, `OVERLOADED`
 */
export async function signIn(
  services: Services,
  caller: Caller,
  input: Pick<SignInInput, 'identifier' | 'password'>,
  authenticate: () => Promise<Identity>,
): Promise<SignedIn> {
  const admitted = await admitSignIn(services, caller, input.identifier, authenticate);
  const { account, attempt } = admitted;
  const verdict = await attempt.judge(() => services.passwords.verify(account?.passwordHash, input.password));
  if (account === undefined || !verdict.valid || account.disabledAt !== null) {
    await auditFailure(services, caller, admitted);
    throw new DomainError('INVALID_CREDENTIALS');
  }
  if (verdict.outdated) await rehash(services, account, input.password);
  const [opened] = await Promise.all([openSession(services, caller, account), attempt.forgive()]);
  return { profile: presentProfile(services, account), opened };
}

// What is refused unjudged leaves no line, so that a flood cannot fill the log: each delay leaves one.
async function auditFailure(
  { database }: Services,
  caller: Caller,
  { account, attempt }: AdmittedSignIn,
): Promise<void> {
  const subjectId = account?.id ?? null;
  await recordAudit(database.kysely, caller, 'user.sign_in_failed', { subjectId });
  const delayed = attempt.charged.find(({ limit }) => limit === 'sign_in_account')?.delaySeconds ?? 0;
  if (delayed === 0) return;
  const details = { delaySeconds: delayed };
  await recordAudit(database.kysely, caller, 'user.sign_in_delayed', { subjectId, details });
}

async function rehash(services: Services, account: CredentialRecord, password: string): Promise<void> {
  const hash = await services.passwords.hash(password);
  await replacePasswordHash(services.database.kysely, account.id, account.passwordHash, hash, false);
}

/** What the one who signed in is told; tokens only where they were asked for. */
export async function presentSignIn(
  services: Services,
  caller: Caller,
  signedIn: SignedIn,
  credential: SignInInput['credential'],
): Promise<SignInResult> {
  const { profile: user, opened } = signedIn;
  const { sessionId, startedAt } = opened;
  const record = { ...opened, lastSeenAt: startedAt, ip: caller.ip, userAgent: caller.userAgent };
  const answer = { user, session: presentSession(record, sessionId) };
  if (credential === 'cookie') return answer;
  return { ...answer, ...(await issueFirstTokens(services, signedIn)) };
}

/** The JWT pair of a session that was just opened. */
export function issueFirstTokens(
  services: Pick<Services, 'tokens'>,
  { profile, opened }: SignedIn,
): Promise<TokenPair> {
  const { sessionId, startedAt, refreshExpiresAt, absoluteExpiresAt } = opened;
  const state = {
    sessionId,
    userId: profile.id,
    generation: 0,
    rotatedAt: startedAt,
    expiresAt: refreshExpiresAt,
    absoluteExpiresAt,
  };
  return issueTokenPair(services, state, startedAt);
}
