import type { TokenPair } from '@truconn/contract';
import { IDLE_DAYS, REFRESH_HOURS } from '../../auth/sessions.ts';
import { ACCESS_TOKEN_MINUTES, type RefreshClaims } from '../../auth/tokens.ts';
import {
  deleteSessionOfReusedRefresh,
  keepRefresh,
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
  const now = new Date();
  const state = await useRefresh(services, caller, { refreshToken, now, take: rotateRefresh });
  return issueTokenPair(services, state, now);
}

/**
 * Exchanges a refresh token for an access token, for clients that keep one refresh token until it ends: it
 * stays as it is. What `refresh` takes is taken, and what it calls theft is theft.
 * @throws DomainError as `refresh`
 */
export async function refreshAccess(
  services: Services,
  caller: Caller,
  refreshToken: string,
): Promise<Pick<TokenPair, 'accessToken'>> {
  const now = new Date();
  const state = await useRefresh(services, caller, { refreshToken, now, take: keepRefresh });
  return { accessToken: await services.tokens.signAccess(state, now, accessTokenEnd(state, now)) };
}

/** A refresh token that was presented, and the statement that takes it. */
interface RefreshUse {
  refreshToken: string;
  now: Date;
  take: typeof rotateRefresh | typeof keepRefresh;
}

async function useRefresh(
  services: Services,
  caller: Caller,
  { refreshToken, now, take }: RefreshUse,
): Promise<RefreshState> {
  const claims = await services.tokens.verifyRefresh(refreshToken);
  await services.limits.charge(caller, 'refresh', claims.sessionId);
  const attempt = () =>
    take(services.database.kysely, {
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
  return (await attempt()) ?? (await attempt()) ?? refuse(services, caller, claims);
}

/** Signs the pair that belongs to a session's present generation. */
export async function issueTokenPair(
  { tokens }: Pick<Services, 'tokens'>,
  state: RefreshState,
  now: Date,
): Promise<TokenPair> {
  const accessEnds = accessTokenEnd(state, now);
  const [accessToken, refreshToken] = await Promise.all([
    tokens.signAccess(state, now, accessEnds),
    tokens.signRefresh(state, state.rotatedAt, state.expiresAt),
  ]);
  return { accessToken, refreshToken, accessTokenExpiresAt: toWholeSecond(accessEnds) };
}

function accessTokenEnd({ absoluteExpiresAt }: RefreshState, now: Date): Date {
  return new Date(Math.min(now.getTime() + ACCESS_TOKEN_MINUTES * MINUTE, absoluteExpiresAt.getTime()));
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
