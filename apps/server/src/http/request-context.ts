import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from '../domain/auth/principal.ts';
import type { Identity } from '../domain/caller.ts';
import type { Services } from '../domain/services.ts';
import type { Context } from '../trpc/context.ts';
import { clientAddress } from './client-address.ts';
import { readCredential } from './credential.ts';
import { rateLimitHeadersOf } from './rate-limit-headers.ts';
import { sessionCookieName, sessionCookieOf, setCsrfCookie } from './session-cookie.ts';

const MAX_USER_AGENT = 512;

/** Makes the context of one HTTP request; the database is asked who calls when a procedure needs it. */
export function requestContext(services: Services, request: FastifyRequest, reply: FastifyReply): Context {
  const cookieName = sessionCookieName(services.publicUrl);
  let identity: Promise<Identity> | undefined;
  return {
    services,
    caller: {
      requestId: request.id,
      ip: clientAddress(request),
      userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
      onCharge: rateLimitHeadersOf(reply),
    },
    foreignOrigin: request.foreignOrigin,
    hasAuthorization: request.headers.authorization !== undefined,
    // Once for all calls of a batch.
    authenticate: () => {
      identity ??= authenticate(services, readCredential(request, cookieName));
      return identity;
    },
    sessionCookie: sessionCookieOf(reply, services.publicUrl),
    setCsrfCookie: (token) => setCsrfCookie(reply, services.publicUrl, token),
    // Node makes one text of what comes more than once, for every header but `set-cookie`.
    idempotencyKey: request.headers['idempotency-key'] as string | undefined,
  };
}
