import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import { incomingMessageToRequest } from '@trpc/server/adapters/node-http';
import { type HTTPBaseHandlerOptions, resolveResponse } from '@trpc/server/http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { rememberRequestId } from '../trpc/error-formatter.ts';
import { errorHeaders, translateError } from './error-envelope.ts';
import { logFailure } from './error-handler.ts';
import { MAX_BATCH_CALLS } from './limits.ts';
import { callsOf, procedurePath, trpcGuard } from './trpc-guard.ts';

/** The router and how its context is made; everything else about the mount is decided here. */
export interface TrpcRouteOptions<TRouter extends AnyTRPCRouter> {
  router: TRouter;
  createContext: (
    options: CreateFastifyContextOptions,
  ) => inferRouterContext<TRouter> | Promise<inferRouterContext<TRouter>>;
}

/**
 * Mounts a router at `/trpc/:path`, guarded, in a scope of its own. Queries are GET, mutations
 * POST; every other method is 405. The router's `errorFormatter` must be `formatTrpcError`.
 * @example app.register(trpcRoute({ router, createContext: ({ req }) => ({ requestId: req.id }) }))
 */
export function trpcRoute<TRouter extends AnyTRPCRouter>(
  options: TrpcRouteOptions<TRouter>,
): FastifyPluginAsync {
  return async (scope) => {
    await scope.register(trpcGuard);
    scope.route({
      method: ['GET', 'POST'],
      url: '/trpc/:path',
      handler: async (request, reply) => {
        const path = procedurePath(request);
        request.metricsRoute = metricsName(options.router, callsOf(request.raw.url, path));
        return answer(await resolve(options, request, reply, path), reply);
      },
    });
  };
}

// What `fastifyRequestHandler` does, except for sending: it hands Fastify each answer, however
// small, as a web stream (chunked, 12 µs slower), which Fastify's HEAD routes answer with 500.
function resolve(
  options: TrpcRouteOptions<AnyTRPCRouter>,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
): Promise<Response> {
  const raw = Object.assign(request.raw, { body: request.body });
  return resolveResponse({
    ...ERROR_HANDLING,
    router: options.router,
    path,
    error: null,
    req: incomingMessageToRequest(raw, reply.raw, { maxBodySize: null }),
    createContext: async ({ info }) => options.createContext({ req: request, res: reply, info }),
    onError: ({ error }) => {
      rememberRequestId(error, request.id);
      logFailure(request.log, error.cause ?? error, translateError(error));
    },
  });
}

const ERROR_HANDLING = {
  // The guard has refused larger ones with their own code; this stands behind it.
  maxBatchSize: MAX_BATCH_CALLS,
  responseMeta: ({ errors }) => (errors.length === 0 ? {} : { headers: headersOf(errors) }),
} satisfies Partial<HTTPBaseHandlerOptions<AnyTRPCRouter, Request>>;

async function answer(response: Response, reply: FastifyReply): Promise<unknown> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    // CORS has said what it varies by before; tRPC's own list joins it.
    const before = name === 'vary' ? reply.getHeader('vary') : undefined;
    reply.header(name, before === undefined ? value : `${before}, ${value}`);
  }
  return isStream(response.headers) ? response.body : response.text();
}

// Subscriptions and streamed batches, the two that tRPC does not send whole.
function isStream(headers: Headers): boolean {
  return headers.has('transfer-encoding') || headers.get('content-type') === 'text/event-stream';
}

function headersOf(errors: readonly Error[]): Headers {
  const headers = new Headers();
  for (const error of errors) {
    for (const [name, value] of Object.entries(errorHeaders(translateError(error)))) {
      // Of several waits in a batch, the longest.
      if (name !== 'retry-after' || Number(value) > Number(headers.get(name) ?? 0)) headers.set(name, value);
    }
  }
  return headers;
}

// Only names that exist become a metric's label.
function metricsName(router: AnyTRPCRouter, calls: string[]): string {
  if (calls.length > 1) return '/trpc/(batch)';
  const name = calls[0] ?? '';
  return Object.hasOwn(router._def.procedures, name) ? `/trpc/${name}` : '/trpc/(unknown)';
}
