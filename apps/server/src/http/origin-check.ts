import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';
import { isSafeMethod } from './methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A page of another origin sent this unsafe request, with an Authorization header: no sign-in. */
    foreignOrigin: boolean;
  }
}

/**
 * Keeps other sites from acting with a person's cookie (ASVS 5.0.0 3.5.1; OWASP CSRF cheat sheet).
 * An unsafe request from a foreign page is `ORIGIN_REFUSED`, unless it carries an Authorization
 * header, which no page can send unasked: then `request.foreignOrigin` is true and the sign-in
 * procedures refuse it. Requests that name no origin at all (curl, servers) pass.
 */
export const originCheck = fp<{ origins: readonly string[] }>(async (app, { origins }) => {
  const own = new Set(origins);
  app.decorateRequest('foreignOrigin', false);
  app.addHook('onRequest', (request, _reply, done) => {
    if (isSafeMethod(request.method) || !isForeign(request, own)) return done();
    if (!request.headers.authorization) return done(new DomainError('ORIGIN_REFUSED'));
    request.foreignOrigin = true;
    done();
  });
});

function isForeign(request: FastifyRequest, own: ReadonlySet<string>): boolean {
  const { origin } = request.headers;
  if (origin !== undefined) return !own.has(origin) && origin !== ownOrigin(request);
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

// The host plugin has accepted this host, so its origin is ours.
function ownOrigin(request: FastifyRequest): string | undefined {
  return URL.parse(`${request.protocol}://${request.host}`)?.origin;
}
