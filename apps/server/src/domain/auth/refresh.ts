import type { TokenPair } from '@truconn/contract';
import { IDLE_DAYS, REFRESH_HOURS } from '../../auth/sessions.ts';
import { ACCESS_TOKEN_MINUTES, type RefreshClaims } from '../../auth/tokens.ts';
import {
  deleteSessionOfReusedRefresh,
  type RefreshState,
  rotateRefresh,
} from '../../database/queries/sessions.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How long a client that failed to save the new refresh token may come back with the one before. */
const GRACE = 30 * SECOND;

/**
 * Exchanges a refresh token for a new pair. The one before the current gets the current one again
 * within the grace; an older one is theft and ends the session (RFC 9700 4.14.2).
 * @throws DomainError `TOKEN_REUSED`, `SESSION_EXPIRED`, `UNAUTHENTICATED`, `RATE_LIMITED`
 */
export async function refresh(services: Services, caller: Caller, refreshToken: string): Promise<TokenPair> {
  const claims = await services.tokens.verifyRefresh(refreshToken);
  await services.limits.charge(caller, 'refresh', claims.sessionId);
  const now = new Date();
  const rotate = () =>
    rotateRefresh(services.database.kysely, {
      publicId: claims.sessionId,
      userId: claims.userId,
      generation: claims.generation,
      now,
      graceSince: new Date(now.getTime() - GRACE),
      refreshExpiresAt: new Date(now.getTime() + REFRESH_HOURS * HOUR),
      idleExpiresAt: new Date(now.getTime() + IDLE_DAYS * 24 * HOUR),
    });
  // A password change that commits while the first attempt waits for the row leaves that attempt with
  // the session of after and the person of before, who do not match: the second sees both as they are.
  const state = (await rotate()) ?? (await rotate());
  if (state === undefined) return refuse(services, caller, claims);
  return issueTokenPair(services, state, now);
}

/** Signs the pair that belongs to a session's present generation. */
export async function issueTokenPair(
  { tokens }: Services,
  state: RefreshState,
  now: Date,
): Promise<TokenPair> {
  const accessEnds = new Date(
    Math.min(now.getTime() + ACCESS_TOKEN_MINUTES * MINUTE, state.absoluteExpiresAt.getTime()),
  );
  const [accessToken, refreshToken] = await Promise.all([
    tokens.signAccess(state, now, accessEnds),
    tokens.signRefresh(state, state.rotatedAt, state.expiresAt),
  ]);
  return { accessToken, refreshToken, accessTokenExpiresAt: toWholeSecond(accessEnds) };
}

// A JWT's times are whole seconds: what is told is what is in it.
function toWholeSecond(moment: Date): string {
  return new Date(Math.floor(moment.getTime() / SECOND) * SECOND).toISOString();
}

// The session's end is committed before the caller hears of it.
async function refuse(services: Services, caller: Caller, claims: RefreshClaims): Promise<never> {
  const { kysely } = services.database;
  const userId = await deleteSessionOfReusedRefresh(kysely, claims.sessionId, claims.generation);
  if (userId === undefined) throw new DomainError('UNAUTHENTICATED');
  await recordAudit(kysely, caller, 'session.refresh_reused', {
    subjectId: userId,
    details: { sessionId: claims.sessionId },
  });
  throw new DomainError('TOKEN_REUSED');
}
