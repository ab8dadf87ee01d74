import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import type { Passwords } from './auth/password.ts';
import type { SigningKeys } from './auth/secrets.ts';
import { createSessions, type Sessions } from './auth/sessions.ts';
import { createTokens } from './auth/tokens.ts';
import type { Database } from './database/connection.ts';
import { pendingMigrations } from './database/migrate.ts';
import { nameCredentialLookups } from './database/queries/auth.queries.ts';
import type { AuthServices } from './domain/auth/services.ts';
import { Turns } from './domain/turns.ts';
import { appRouter } from './http/app-router.ts';
import type { ReadinessReport } from './http/health.ts';
import type { LogStream } from './http/logging.ts';
import { requestContext } from './http/request-context.ts';
import { createHttpServer } from './http/server.ts';
import { trpcRoute } from './http/trpc-route.ts';
import type { Settings } from './settings.ts';

/** What the server is built from; the tests give their own database and a cheap hash. */
export interface AppDeps {
  settings: Settings;
  database: Database;
  signingKeys: SigningKeys;
  passwords: Passwords;
  logStream?: LogStream;
}

const HOUR = 3_600_000;

/** Puts the whole server together, ready to `listen`. Closing it waits for writes off the requests' path. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { settings, database, passwords } = deps;
  const metricsRegistry = new Registry();
  const app = await createHttpServer({
    settings,
    metricsRegistry,
    readiness: readinessOf(database),
    ...(deps.logStream === undefined ? {} : { logStream: deps.logStream }),
  });
  const sessions = createSessions(database, (error) =>
    app.log.warn({ err: error }, 'a session’s last use was not kept'),
  );
  const auth: AuthServices = {
    database,
    passwords,
    sessions,
    tokens: createTokens(deps.signingKeys),
    credentials: nameCredentialLookups(database),
    turns: new Turns(),
    selfAssignableRoles: settings.selfAssignableRoles,
  };
  database.pool.on('error', (error) => app.log.warn({ err: error }, 'an idle database connection was lost'));
  registerGauges(metricsRegistry, database, passwords);
  await app.register(cookie);
  await app.register(
    trpcRoute({
      router: appRouter,
      createContext: ({ req, res }) => requestContext(auth, settings.publicUrl, req, res),
    }),
  );
  sweepExpiredSessions(app, sessions);
  app.addHook('onClose', () => sessions.settle());
  return app;
}

function readinessOf(database: Database): () => Promise<ReadinessReport> {
  // Migrations are never undone, so one good answer holds; the connection is asked every time.
  let migrated = false;
  return async () => {
    try {
      if (migrated) await database.pool.query('select 1');
      else migrated = (await pendingMigrations(database.kysely)).length === 0;
    } catch {
      return { ready: false, checks: { database: 'unreachable' } };
    }
    return { ready: migrated, checks: { database: 'ok', migrations: migrated ? 'ok' : 'pending' } };
  };
}

function registerGauges(registry: Registry, database: Database, passwords: Passwords): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('truconn_hashes_running', 'Password hashes being computed.', () => passwords.queue.running);
  gauge('truconn_hashes_waiting', 'Callers waiting for a password hash.', () => passwords.queue.waiting);
  gauge('truconn_database_connections', 'Open connections.', () => database.pool.totalCount);
  gauge('truconn_database_waiting', 'Callers waiting for a connection.', () => database.pool.waitingCount);
}

// Expired sessions are refused whether or not their rows are gone; this keeps the table small.
function sweepExpiredSessions(app: FastifyInstance, sessions: Sessions): void {
  const sweep = () =>
    sessions
      .deleteExpired()
      .catch((error) => app.log.warn({ err: error }, 'expired sessions were not removed'));
  const timer = setInterval(sweep, HOUR).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
