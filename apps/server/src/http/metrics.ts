import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Histogram, type Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyRequest {
    /** The name metrics give this request; the tRPC route puts a known procedure's here. */
    metricsRoute: string | null;
  }
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts and times requests by method, route and status. Labels are bounded: a route is its
 * template (`/api/consents/:id`) or a procedure that exists, never what the client wrote.
 * The owner of `registry` may add gauges of its own to it.
 */
export const metrics = fp<{ registry: Registry }>(async (app, { registry }) => {
  if (registry.getSingleMetric('process_cpu_user_seconds_total') === undefined) {
    collectDefaultMetrics({ register: registry });
  }
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const cut = new Counter({
    name: 'http_requests_cut_total',
    help: 'Requests whose client hung up before the answer was complete.',
    labelNames: ['method', 'route'],
    registers: [registry],
  });
  app.decorateRequest('metricsRoute', null);
  app.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: routeOf(request), status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1000);
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    cut.inc({ method: request.method, route: routeOf(request) });
    done();
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
});

function routeOf(request: FastifyRequest): string {
  return request.metricsRoute ?? request.routeOptions.url ?? 'unknown';
}
