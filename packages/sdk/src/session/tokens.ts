import type { TokenPair } from '@truconn/contract';
import { RENEW_AT } from '../numbers.ts';

/** A pair of tokens, as a client keeps it; times are of this device's clock, in milliseconds since 1970. */
export interface Tokens extends TokenPair {
  /** The session's id. */
  sid: unknown;
  /** From then on the pair is renewed before it is used. */
  renewAtMs: number;
  expiresAtMs: number;
}

/**
 * A pair that has just arrived. Its end is counted from now by the access token's own life, so that a device whose
 * clock is wrong renews it in time nevertheless.
 */
export function receiveTokens(pair: TokenPair): Tokens {
  const nowMs = Date.now();
  const { exp, iat, sid } = claimsOf(pair.accessToken);
  const lifeMs = (exp - iat) * 1000;
  return {
    ...pair,
    sid,
    renewAtMs: nowMs + lifeMs * RENEW_AT,
    expiresAtMs: nowMs + lifeMs,
  };
}

// The claims are only compared: what a token is worth, the server judges.
function claimsOf(token: string): Record<'exp' | 'iat' | 'sid', number> {
  try {
    return JSON.parse(atob((token.split('.')[1] as string).replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    // As of a token that says nothing.
    return {} as never;
  }
}
