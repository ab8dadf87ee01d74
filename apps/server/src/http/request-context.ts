import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from '../domain/auth/principal.ts';
import type { AuthServices } from '../domain/auth/services.ts';
import type { Principal } from '../domain/caller.ts';
import type { Context } from '../trpc/context.ts';
import { readCredential } from './credential.ts';
import { sessionCookieName, sessionCookieOf } from './session-cookie.ts';

const MAX_USER_AGENT = 512;

/** Makes the context of one HTTP request; the database is asked who calls when a procedure needs it. */
export function requestContext(
  auth: AuthServices,
  publicUrl: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Context {
  const cookieName = sessionCookieName(publicUrl);
  let principal: Promise<Principal> | undefined;
  return {
    auth,
    caller: {
      requestId: request.id,
      ip: request.ip ?? null,
      userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
    },
    foreignOrigin: request.foreignOrigin,
    // Once for all calls of a batch.
    authenticate: () => {
      principal ??= authenticate(auth, readCredential(request, cookieName));
      return principal;
    },
    sessionCookie: sessionCookieOf(reply, publicUrl),
  };
}
