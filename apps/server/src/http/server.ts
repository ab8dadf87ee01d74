import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { DomainError } from '../domain/domain-error.ts';
import { isTrpcUrl } from '../errors/error-bodies.ts';
import type { Settings } from '../settings.ts';
import { cors } from './cors.ts';
import { answerError, errorHandler } from './error-handler.ts';
import { health, type ReadinessReport } from './health.ts';
import { hosts } from './hosts.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { cutRequestLog, type LogStream, loggerOptions, RequestLog } from './logging.ts';
import { mediaTypes } from './media-types.ts';
import { metrics } from './metrics.ts';
import { notFound } from './not-found.ts';
import { originCheck } from './origin-check.ts';
import { rawErrorAnswerer } from './raw-errors.ts';
import { baseHeaders, newRequestId, securityHeaders } from './security-headers.ts';
import { lifecycle } from './shutdown.ts';
import { urlLimit } from './url-limit.ts';

export interface HttpServerDeps {
  settings: Pick<Settings, 'publicUrl' | 'allowedHosts' | 'corsOrigins' | 'trustedProxies' | 'logLevel'>;
  readiness: () => Promise<ReadinessReport>;
  /** Gets the HTTP metrics; pools and queues register their own gauges in it. */
  metricsRegistry: Registry;
  logStream?: LogStream;
  /** Other limits than `HTTP_LIMITS`, for tests that will not wait. */
  limits?: Partial<HttpLimits>;
}

/**
 * The edge, without any feature: a Fastify instance with every limit, check and envelope that
 * each request passes, and the health routes. Mount features on it, then `listen`.
 * The order of the plugins is the order of the checks.
 */
export async function createHttpServer(deps: HttpServerDeps): Promise<FastifyInstance> {
  const { settings } = deps;
  const limits = { ...HTTP_LIMITS, ...deps.limits };
  const headers = securityHeaders(settings.publicUrl);
  const app = newFastify(deps, limits, headers);
  // Node would answer 417 by itself, without our headers; an unknown expectation may be ignored.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));

  await app.register(lifecycle);
  await app.register(cutRequestLog);
  await app.register(errorHandler);
  await app.register(notFound);
  await app.register(baseHeaders, { headers });
  await app.register(hosts, { allowedHosts: settings.allowedHosts });
  await app.register(urlLimit, { urlBytes: limits.urlBytes });
  await app.register(cors, { origins: settings.corsOrigins });
  await app.register(originCheck, { origins: [settings.publicUrl, ...settings.corsOrigins] });
  await app.register(mediaTypes);
  await app.register(metrics, { registry: deps.metricsRegistry });
  await app.register(health, { readiness: deps.readiness });
  return app;
}

function newFastify(deps: HttpServerDeps, limits: HttpLimits, headers: Readonly<Record<string, string>>) {
  const { settings } = deps;
  return Fastify({
    logger: loggerOptions(settings.logLevel, deps.logStream),
    logController: new RequestLog(),
    genReqId: newRequestId,
    requestIdHeader: false,
    trustProxy: settings.trustedProxies.length > 0 ? settings.trustedProxies : false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.connectionTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      // Without Host our own check answers, with the envelope.
      requireHostHeader: false,
    },
    // A batch is one path parameter; the URL's own limit bounds it.
    routerOptions: { maxParamLength: limits.headerBytes, ignoreTrailingSlash: true },
    // Requests on open connections are still served while draining, and told to close.
    return503OnClosing: false,
    clientErrorHandler: rawErrorAnswerer(headers, limits),
    // A URL that cannot be decoded never reaches the hooks.
    frameworkErrors: (error, request, reply) => {
      reply.headers(headers).header('x-request-id', request.id);
      // Elsewhere than at `/trpc`, where it may be an input, it is an address that there is not.
      const isInput = isTrpcUrl(request.raw.url ?? '') || error.code !== 'FST_ERR_BAD_URL';
      answerError(isInput ? error : new DomainError('NOT_FOUND'), request, reply);
    },
  });
}
