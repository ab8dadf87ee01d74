import { randomUUID } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { DomainError } from '../domain/domain-error.ts';
import type { SigningKeys } from './secrets.ts';

export const ACCESS_TOKEN_MINUTES = 60;
const ALGORITHM = 'HS256';
// Not PUBLIC_URL: instances with one database and key are one issuer, whatever each is called.
const ISSUER = 'truconn';
const AUDIENCE = 'truconn';
const ACCESS_TYPE = 'at+jwt';
const REFRESH_TYPE = 'rt+jwt';
// Headers that carry or point to a key have no place in a token that we signed (RFC 8725 3.10).
const FOREIGN_KEY_HEADERS = ['jwk', 'jku', 'x5c', 'x5u'] as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whose token, on which session. */
export interface TokenSubject {
  userId: string;
  sessionId: string;
}

export interface RefreshClaims extends TokenSubject {
  generation: number;
}

/** Signs and verifies the JWT pair. The session's row is asked on top, on every use. */
export interface Tokens {
  signAccess(subject: TokenSubject, now: Date, expiresAt: Date): Promise<string>;
  /** The same claims give the same token: twenty refreshes at once all receive one. */
  signRefresh(claims: RefreshClaims, issuedAt: Date, expiresAt: Date): Promise<string>;
  /** @throws DomainError `SESSION_EXPIRED` past its end, `UNAUTHENTICATED` when it is not one of ours */
  verifyAccess(token: string): Promise<TokenSubject>;
  verifyRefresh(token: string): Promise<RefreshClaims>;
}

export function createTokens(keys: SigningKeys): Tokens {
  const sign = (type: string, claims: JWTPayload, subject: TokenSubject, issuedAt: Date, expiresAt: Date) =>
    new SignJWT({ ...claims, sid: subject.sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: type, kid: keys.current.id })
      .setSubject(subject.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(keys.current.bytes);
  return {
    signAccess: (subject, now, expiresAt) =>
      sign(ACCESS_TYPE, { jti: randomUUID() }, subject, now, expiresAt),
    signRefresh: (claims, issuedAt, expiresAt) =>
      sign(
        REFRESH_TYPE,
        { jti: `${claims.sessionId}.${claims.generation}`, gen: claims.generation },
        claims,
        issuedAt,
        expiresAt,
      ),
    async verifyAccess(token) {
      return toSubject(await verify(keys, ACCESS_TYPE, token));
    },
    async verifyRefresh(token) {
      const payload = await verify(keys, REFRESH_TYPE, token);
      const generation = payload.gen;
      if (!isGeneration(generation)) return refuse();
      return { ...toSubject(payload), generation };
    },
  };
}

async function verify(keys: SigningKeys, type: string, token: string): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header) => keys.byId.get(header.kid ?? '')?.bytes ?? refuse(),
      {
        algorithms: [ALGORITHM],
        typ: type,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'jti'],
      },
    );
    if (FOREIGN_KEY_HEADERS.some((name) => name in protectedHeader)) refuse();
    return payload;
  } catch (error) {
    throw new DomainError(error instanceof errors.JWTExpired ? 'SESSION_EXPIRED' : 'UNAUTHENTICATED');
  }
}

function refuse(): never {
  throw new DomainError('UNAUTHENTICATED');
}

function toSubject(payload: JWTPayload): TokenSubject {
  const { sub, sid } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string' || !UUID.test(sid)) return refuse();
  return { userId: sub, sessionId: sid };
}

// What the database's column holds: more would fail there instead of here.
function isGeneration(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2_147_483_647;
}
