import type { TokenPair } from '@truconn/contract';

/** A pair of tokens, as a client keeps it; times are of this device's clock, in milliseconds since 1970. */
export interface Tokens extends TokenPair {
  /** From then on the pair is renewed before it is used. */
  renewAtMs: number;
  expiresAtMs: number;
}

const RENEW_AHEAD_MS = 60_000;
const RENEW_AHEAD_SHARE = 0.1;

/**
 * A pair that has just arrived. Its end is counted from now by the access token's own life, so that a device whose
 * clock is wrong renews it in time nevertheless.
 */
export function receiveTokens(pair: TokenPair): Tokens {
  const nowMs = Date.now();
  const { exp, iat } = claimsOf(pair.accessToken);
  const hasLife = typeof exp === 'number' && typeof iat === 'number';
  const lifeMs = hasLife ? (exp - iat) * 1000 : Date.parse(pair.accessTokenExpiresAt) - nowMs;
  const expiresAtMs = nowMs + lifeMs;
  return {
    ...pair,
    renewAtMs: expiresAtMs - Math.min(RENEW_AHEAD_MS, lifeMs * RENEW_AHEAD_SHARE),
    expiresAtMs,
  };
}

/** Whether the two belong to one session. */
export function isSameSession(one: Tokens, other: Tokens): boolean {
  return claimsOf(one.refreshToken).sid === claimsOf(other.refreshToken).sid;
}

/** Whether `one` is of the same session as `other`, and was made after it. */
export function isNewer(one: Tokens, other: Tokens): boolean {
  if (!isSameSession(one, other)) return false;
  return Number(claimsOf(one.refreshToken).gen) > Number(claimsOf(other.refreshToken).gen);
}

/** @returns nothing for a text that is no pair of tokens */
export function readTokens(text: string | null | undefined): Tokens | undefined {
  const value = parseJson(text ?? '') as Partial<Tokens> | null | undefined;
  const { accessToken, refreshToken, accessTokenExpiresAt = '', renewAtMs, expiresAtMs } = value ?? {};
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') return undefined;
  return {
    accessToken,
    refreshToken,
    accessTokenExpiresAt,
    // Without times it is renewed at its first use.
    renewAtMs: Number(renewAtMs) || 0,
    expiresAtMs: Number(expiresAtMs) || 0,
  };
}

// The claims are only compared: what a token is worth, the server judges.
function claimsOf(token: string): Record<string, unknown> {
  const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
  try {
    return (parseJson(atob(payload)) as Record<string, unknown> | null | undefined) ?? {};
  } catch {
    return {};
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
