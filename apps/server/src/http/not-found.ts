import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';
import { isTrpcUrl } from '../errors/error-bodies.ts';
import { answerError } from './error-handler.ts';
import { pathOf } from './url.ts';

interface KnownRoute {
  pattern: RegExp;
  methods: Set<string>;
}

/**
 * Answers what no route took: 404 for an unknown URL, 405 with `Allow` for a known one,
 * 204 with `Allow` for OPTIONS. Must be registered before any route.
 */
export const notFound = fp(async (app) => {
  const routes = new Map<string, KnownRoute>();
  app.addHook('onRoute', ({ url, method }) => {
    // The CORS plugin's catch-all says nothing about which URLs there are.
    if (url === '*' || url === '/*') return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(routes.values(), pathOf(request.raw.url));
    if (allowed.length === 0) return answerError(new DomainError('NOT_FOUND'), request, reply);
    reply.header('allow', allowed.join(', '));
    return request.method === 'OPTIONS' ? reply.code(204).send() : refuseMethod(request, reply);
  });
});

function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // The REST documents' own sentence; tRPC keeps the registry's.
  const message = `Method "${request.method}" not allowed.`;
  const details = isTrpcUrl(request.raw.url ?? '') ? {} : { message };
  return answerError(new DomainError('METHOD_NOT_ALLOWED', details), request, reply);
}

function allowedMethods(routes: Iterable<KnownRoute>, path: string): string[] {
  const methods = new Set<string>();
  for (const route of routes) {
    if (route.pattern.test(path)) for (const method of route.methods) methods.add(method);
  }
  return [...methods].sort();
}

// `/a/:id/b` and `/files/*`, with or without a trailing slash; a parameter's own regex is not kept.
function patternOf(url: string): RegExp {
  const source = url
    .replace(/\/$/, '')
    .replace(/[.+?^${}|[\]\\]/g, '\\$&')
    .replace(/:\w+(?:\([^/]*\))?/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}/?$`);
}
