import type { FastifyRequest } from 'fastify';
import { API_KEY_PREFIX } from '../auth/api-keys.ts';
import type { Credential } from '../domain/auth/principal.ts';

const AUTHORIZATION = /^(bearer|token) +([\w.~+/=-]{1,4096})$/i;

/**
 * The credential that a request presents: `Bearer` with an access JWT, a session token or an API key, `Token` with
 * one of the latter two, or the session cookie. A header that is there but bad never falls back to the cookie.
 */
export function readCredential(request: FastifyRequest, cookieName: string): Credential {
  const { authorization, cookie } = request.headers;
  // Of several headers Node keeps the first and a proxy may have judged another.
  if (countAuthorization(request) > 1) return { kind: 'malformed' };
  if (authorization !== undefined) return fromHeader(authorization);
  const token = cookie === undefined ? undefined : request.server.parseCookie(cookie)[cookieName];
  return token === undefined ? { kind: 'none' } : { kind: 'sessionToken', token };
}

function fromHeader(header: string): Credential {
  const [, scheme, token] = AUTHORIZATION.exec(header.trim()) ?? [];
  if (scheme === undefined || token === undefined) return { kind: 'malformed' };
  if (token.startsWith(API_KEY_PREFIX)) return { kind: 'apiKey', secret: token };
  const isJwt = scheme.toLowerCase() === 'bearer' && token.includes('.');
  return isJwt ? { kind: 'accessToken', token } : { kind: 'sessionToken', token };
}

function countAuthorization({ raw }: FastifyRequest): number {
  return raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'authorization')
    .length;
}
