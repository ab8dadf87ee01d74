import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    lifecycle: {
      /** True from the first moment of shutting down. */
      stopping: boolean;
    };
  }
}

const SWEEP_MS = 50;

/** Lets the other plugins know when the server stops, however it is stopped. */
export const lifecycle = fp(async (app) => {
  app.decorate('lifecycle', { stopping: false });
  app.addHook('preClose', async () => {
    app.lifecycle.stopping = true;
  });
});

/**
 * Stops the server without cutting anyone off: it is no longer ready, takes no new connection
 * and closes idle ones; requests under way finish. After `drainSeconds` what is left is cut.
 * Resolves when every connection is gone and the `onClose` hooks have run; safe to call twice.
 */
export async function closeGracefully(
  app: FastifyInstance,
  { drainSeconds }: { drainSeconds: number },
): Promise<void> {
  app.lifecycle.stopping = true;
  // Node closes what is idle once; a connection whose request ends later must be closed then.
  const sweeper = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  const limit = setTimeout(() => app.server.closeAllConnections(), drainSeconds * 1000);
  try {
    await app.close();
  } finally {
    clearInterval(sweeper);
    clearTimeout(limit);
  }
}
