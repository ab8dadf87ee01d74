import type { AnyTRPCRouter, inferRouterContext, TRPCError } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import { incomingMessageToRequest } from '@trpc/server/adapters/node-http';
import { type HTTPBaseHandlerOptions, resolveResponse } from '@trpc/server/http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../domain/domain-error.ts';
import { errorHeaders, translateError } from '../errors/translate-error.ts';
import { callProcedure } from '../trpc/call-procedure.ts';
import { rememberRequestId } from '../trpc/error-formatter.ts';
import { logFailure } from './error-handler.ts';
import type { StreamTimes } from './event-stream.ts';
import { MAX_BATCH_CALLS } from './limits.ts';
import { callsOf, procedurePath, type TrpcCalls, trpcGuard } from './trpc-guard.ts';
import {
  type CallProcedure,
  findPlainCalls,
  type PlainAnswer,
  type PlainCall,
  runPlainCalls,
} from './trpc-plain-calls.ts';
import { answerWatch, findWatch } from './trpc-watch.ts';
import { addVary } from './vary.ts';

/** The router and how its context is made; everything else about the mount is decided here. */
export interface TrpcRouteOptions<TRouter extends AnyTRPCRouter> {
  router: TRouter;
  createContext: (
    options: Pick<CreateFastifyContextOptions, 'req' | 'res'>,
  ) => inferRouterContext<TRouter> | Promise<inferRouterContext<TRouter>>;
  large?: LargeBodies;
  /** Other times for streams of events than `STREAM_TIMES`, for tests that will not wait. */
  streamTimes?: Partial<StreamTimes>;
  /** How queries and mutations are run; `callProcedure`, unless told. */
  call?(...call: Parameters<CallProcedure<inferRouterContext<TRouter>>>): Promise<unknown>;
}

/** Procedures with bodies of their own size, for those who may send so much. */
export interface LargeBodies {
  /** By procedure, in bytes. */
  bodies: Record<string, number>;
  /** Throws before anything of the body is read. */
  admit: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
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
    const handler = (request: FastifyRequest, reply: FastifyReply) => handle(options, request, reply);
    scope.route({ method: ['GET', 'POST'], url: '/trpc/:path', handler });
    for (const [procedure, bodyLimit] of Object.entries(options.large?.bodies ?? {})) {
      scope.route({
        method: 'POST',
        url: `/trpc/${procedure}`,
        config: { procedure },
        bodyLimit,
        onRequest: async (request, reply) => void (await options.large?.admit(request, reply)),
        handler,
      });
    }
  };
}

async function handle(
  options: TrpcRouteOptions<AnyTRPCRouter>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const path = procedurePath(request);
  const calls = callsOf(request.raw.url, path);
  request.metricsRoute = metricsName(options.router, calls);
  const watch = findWatch(options.router, request, calls);
  if (watch !== undefined) return stream(options, request, reply, watch);
  const plain = findPlainCalls(options.router, request, calls);
  return plain === undefined
    ? answer(await resolve(options, request, reply, path), reply)
    : answerPlain(options, request, reply, { plain, isBatch: calls.isBatch });
}

// Nearly every request. The long way below makes a web Request, a Response with a stream and several
// abort signals of each: measured, a third of the processor time of a session read.
async function answerPlain(
  { router, createContext, call = callProcedure }: TrpcRouteOptions<AnyTRPCRouter>,
  request: FastifyRequest,
  reply: FastifyReply,
  { plain, isBatch }: { plain: PlainCall[]; isBatch: boolean },
): Promise<string> {
  const ctx = await createContext({ req: request, res: reply });
  const onError = (error: TRPCError) => reportError(request, error);
  return answerJson(await runPlainCalls(plain, { router, ctx, call, isBatch, onError }), reply);
}

function answerJson({ status, errors, body }: PlainAnswer, reply: FastifyReply): string {
  reply.code(status).header('content-type', 'application/json');
  for (const [name, value] of headersOf(errors)) reply.header(name, value);
  addVary(reply, 'trpc-accept, accept');
  return body;
}

// One subscription, sent without tRPC's streams.
async function stream(
  { router, createContext, streamTimes }: TrpcRouteOptions<AnyTRPCRouter>,
  request: FastifyRequest,
  reply: FastifyReply,
  watch: PlainCall,
): Promise<unknown> {
  // tRPC would answer this with 200 and an event.
  if (request.method !== 'GET') {
    reply.header('allow', 'GET');
    throw new DomainError('METHOD_NOT_ALLOWED');
  }
  const ctx = await createContext({ req: request, res: reply });
  const onError = (error: TRPCError) => reportError(request, error);
  addVary(reply, 'trpc-accept, accept');
  const requestId = request.id;
  const refusal = await answerWatch(watch, reply, { router, ctx, requestId, onError, times: streamTimes });
  return refusal === undefined ? reply : answerJson(refusal, reply);
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
    createContext: async () => options.createContext({ req: request, res: reply }),
    onError: ({ error }) => reportError(request, error),
  });
}

function reportError(request: FastifyRequest, error: TRPCError): void {
  rememberRequestId(error, request.id);
  logFailure(request.log, error.cause ?? error, translateError(error));
}

const ERROR_HANDLING = {
  // The guard has refused larger ones with their own code; this stands behind it.
  maxBatchSize: MAX_BATCH_CALLS,
  responseMeta: ({ errors }) => (errors.length === 0 ? {} : { headers: headersOf(errors) }),
} satisfies Partial<HTTPBaseHandlerOptions<AnyTRPCRouter, Request>>;

async function answer(response: Response, reply: FastifyReply): Promise<unknown> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    if (name === 'vary') addVary(reply, value);
    else reply.header(name, value);
  }
  return isStream(response.headers) ? response.body : response.text();
}

// Streamed batches, which tRPC does not send whole.
function isStream(headers: Headers): boolean {
  return headers.has('transfer-encoding');
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
function metricsName(router: AnyTRPCRouter, { paths }: TrpcCalls): string {
  if (paths.length > 1) return '/trpc/(batch)';
  const name = paths[0] ?? '';
  return Object.hasOwn(router._def.procedures, name) ? `/trpc/${name}` : '/trpc/(unknown)';
}
