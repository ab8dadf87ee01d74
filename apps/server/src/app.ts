import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { createApiKeys } from './auth/api-keys.ts';
import type { Passwords } from './auth/password.ts';
import type { SigningKeys } from './auth/secrets.ts';
import { createSessions } from './auth/sessions.ts';
import { createTokens } from './auth/tokens.ts';
import type { Database } from './database/connection.ts';
import { pendingMigrations } from './database/migrate.ts';
import { nameCredentialLookups } from './database/queries/auth.queries.ts';
import { deleteExpiredMailTokens } from './database/queries/mail-tokens.queries.ts';
import { forgetOutcomes } from './domain/idempotency/kept-outcomes.ts';
import { UNLIMITED } from './domain/limits.ts';
import { forgetInvitations } from './domain/org-access/forget-invitations.ts';
import { forgetOrganizationEvents } from './domain/org-access/watch-events.ts';
import { listReceiptKeys } from './domain/receipts/signing-key.ts';
import type { Services } from './domain/services.ts';
import { Turns } from './domain/turns.ts';
import { createEnvelope } from './encryption/envelope.ts';
import type { MasterKeys } from './encryption/master-keys.ts';
import { accountPages } from './http/account-pages/index.ts';
import { appRouter } from './http/app-router.ts';
import { avatarRoute } from './http/avatars.ts';
import { consoleNotice } from './http/console-notice.ts';
import { docsPage } from './http/docs-page/index.ts';
import type { StreamTimes } from './http/event-stream.ts';
import type { ReadinessReport } from './http/health.ts';
import { LARGE_BODIES } from './http/limits.ts';
import type { LogStream } from './http/logging.ts';
import { receiptKeysRoute } from './http/receipt-keys.ts';
import { requestContext } from './http/request-context.ts';
import { createHttpServer } from './http/server.ts';
import { procedurePath } from './http/trpc-guard.ts';
import { trpcRoute } from './http/trpc-route.ts';
import { createPictures } from './images/pictures.ts';
import { forgetFailedJobs } from './jobs/forget-failed-jobs.ts';
import { registerJobGauge } from './jobs/job-metrics.ts';
import { createLimits } from './limits/index.ts';
import { LiveHub, type LiveTimes } from './live/hub.ts';
import { openApiRoute } from './rest/openapi/index.ts';
import { restRoutes } from './rest/register.ts';
import type { Settings } from './settings.ts';
import { openAvatarStorage } from './storage/index.ts';
import { sweepHourly } from './sweep.ts';
import { callOnce } from './trpc/call-once.ts';
import { requirePerson } from './trpc/denials.ts';

/** What the server is built from; the tests give their own database and a cheap hash. */
export interface AppDeps {
  settings: Settings;
  database: Database;
  signingKeys: SigningKeys;
  masterKeys: MasterKeys;
  passwords: Passwords;
  /** Past a transaction pooler, for LISTEN. */
  directUrl: string;
  /** Other times for streams of events, for tests that will not wait. */
  liveTimes?: Partial<LiveTimes & StreamTimes>;
  logStream?: LogStream;
}

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
  const apiKeys = createApiKeys(database, (error) =>
    app.log.warn({ err: error }, 'an API key’s last use was not kept'),
  );
  const live = new LiveHub({
    database,
    directUrl: deps.directUrl,
    log: app.log,
    ...(deps.liveTimes === undefined ? {} : { times: deps.liveTimes }),
  });
  const services: Services = {
    database,
    passwords,
    sessions,
    apiKeys,
    tokens: createTokens(deps.signingKeys),
    envelope: createEnvelope(deps.masterKeys),
    credentials: nameCredentialLookups(database),
    turns: new Turns(),
    live,
    limits: settings.rateLimits ? createLimits(database) : UNLIMITED,
    pictures: createPictures(),
    avatars: openAvatarStorage(settings),
    publicUrl: settings.publicUrl,
    requireVerifiedEmail: settings.requireVerifiedEmail,
    selfAssignableRoles: settings.selfAssignableRoles,
    compat: settings.compat,
  };
  database.pool.on('error', (error) => app.log.warn({ err: error }, 'an idle database connection was lost'));
  registerGauges(metricsRegistry, services);
  registerJobGauge(metricsRegistry, database);
  // The few requests that come with a cookie and no other credential parse it (`readCredential`).
  await app.register(cookie, { hook: false });
  await app.register(
    trpcRoute({
      router: appRouter,
      createContext: ({ req, res }) => requestContext(services, req, res),
      call: callOnce,
      ...(deps.liveTimes === undefined ? {} : { streamTimes: deps.liveTimes }),
      large: {
        bodies: LARGE_BODIES,
        admit: (req, res) => requirePerson(requestContext(services, req, res), procedurePath(req)),
      },
    }),
  );
  await app.register(
    restRoutes({ createContext: (request, reply) => requestContext(services, request, reply) }),
  );
  await app.register(openApiRoute(settings));
  await app.register(docsPage);
  await app.register(consoleNotice);
  await app.register(avatarRoute(services.avatars));
  await app.register(receiptKeysRoute(() => listReceiptKeys(database.kysely, services.envelope)));
  await app.register(accountPages);
  sweepHourly(app, {
    'expired sessions': () => sessions.deleteExpired(),
    'expired tokens of mails': () => deleteExpiredMailTokens(database.kysely, new Date()),
    'invitations that ended long ago': () => forgetInvitations(database.kysely),
    'events too old to resume from': () => forgetOrganizationEvents(database.kysely),
    'jobs that failed long ago': () => forgetFailedJobs(database),
    'expired counts of attempts': () => services.limits.deleteExpired(),
    'outcomes kept under keys': () => forgetOutcomes(database.kysely),
  });
  // Before closing waits for what is under way.
  app.addHook('preClose', async () => live.stop());
  app.addHook('onClose', () => live.close());
  app.addHook('onClose', () => Promise.all([sessions.settle(), apiKeys.settle()]).then(() => undefined));
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

function registerGauges(registry: Registry, { database, passwords, live }: Services): void {
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
  gauge('truconn_watchers', 'Open streams of events.', () => live.size);
}
