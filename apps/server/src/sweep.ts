import type { FastifyInstance } from 'fastify';

const HOUR = 3_600_000;

/**
 * Removes, every hour, what has expired. All of it is refused whether or not its rows are gone: this keeps the
 * tables small.
 * @param sweeps by the name of what they remove
 */
export function sweepHourly(app: FastifyInstance, sweeps: Record<string, () => Promise<void>>): void {
  const sweep = async () => {
    for (const [name, removeExpired] of Object.entries(sweeps)) {
      await removeExpired().catch((error: unknown) =>
        app.log.warn({ err: error }, `${name} were not removed`),
      );
    }
  };
  const timer = setInterval(sweep, HOUR).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
