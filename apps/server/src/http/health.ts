import fp from 'fastify-plugin';

/** Whether the server can do its work, and which part says no. */
export interface ReadinessReport {
  ready: boolean;
  /** By name (`database`, `migrations`): `ok`, or a word for what is wrong, without internals. */
  checks: Record<string, string>;
}

const READINESS_TIMEOUT_MS = 3_000;

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work; 503 names the check that failed,
 * and says so while the server is stopping or a check hangs.
 */
export const health = fp<{ readiness: () => Promise<ReadinessReport> }>(async (app, { readiness }) => {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    if (app.lifecycle.stopping) return reply.code(503).send({ status: 'stopping', checks: {} });
    const report = await withinTime(readiness()).catch((error: unknown) => {
      request.log.warn({ err: error }, 'readiness check failed');
      return { ready: false, checks: { readiness: 'failed' } };
    });
    const status = report.ready ? 'ok' : 'unavailable';
    return reply.code(report.ready ? 200 : 503).send({ status, checks: report.checks });
  });
});

async function withinTime(report: Promise<ReadinessReport>): Promise<ReadinessReport> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, READINESS_TIMEOUT_MS, new Error('The readiness check took too long.'));
  try {
    return await Promise.race([report, promise]);
  } finally {
    clearTimeout(timer);
  }
}
