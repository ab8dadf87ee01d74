import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SignUpInput, User } from '@truconn/contract';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { type AppDeps, buildApp } from '../../src/app.ts';
import { createPasswords, type HashCost } from '../../src/auth/password.ts';
import { loadSigningKeys } from '../../src/auth/secrets.ts';
import { connectDatabase } from '../../src/database/connection.ts';
import { createAccount } from '../../src/domain/auth/create-account.ts';
import { Turns } from '../../src/domain/turns.ts';
import { loadMasterKeys } from '../../src/encryption/master-keys.ts';
import { startJobRunner } from '../../src/jobs/job-runner.ts';
import { parseSettings, type Settings } from '../../src/settings.ts';
import { type Client, connectClient } from './client.ts';
import { isMailTo, type MailFilter, type ReceivedMail, readOutbox } from './mail.ts';
import { callRest, type RestAnswer, type RestCall } from './rest.ts';
import { expectNoSecrets } from './secret-watch.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The cheapest hash that argon2 makes: the tests are not about its cost. */
export const CHEAP_HASH = { memoryKibibytes: 8, passes: 1 };
export type { Client } from './client.ts';
export const PASSWORD = 'plum-orbit-lantern-42';
/** Every app's, unless its `env` has another. */
export const TEST_MASTER_KEY = 'a-test-master-key-0123456789-abcdef';

/** Somebody signed up and signed in. */
export interface Person {
  user: User;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  sessionId: string;
  client: Client;
}

/** A real server on a free port, with a real database of its own. */
export interface TestApp extends AsyncDisposable {
  url: string;
  app: FastifyInstance;
  settings: Settings;
  database: TestDatabase;
  /** Everything the server logged, line by line. */
  logs: string[];
  client(headers?: Record<string, string>): Client;
  /** Calls a procedure as raw HTTP. */
  call(procedure: string, options?: CallOptions): Promise<CallAnswer>;
  /** Calls a documented URL. */
  rest(route: `${string} /${string}`, call?: RestCall): Promise<RestAnswer>;
  signUp(input?: Partial<SignUpInput>): Promise<Person>;
  signUpOrganization(name?: string): Promise<Person>;
  /** Made as the command line does. */
  signUpAdmin(): Promise<Person>;
  signIn(email: string, password?: string): Promise<Omit<Person, 'email' | 'password'>>;
  /** The mails in this app's outbox, oldest first; with `SMTP_URL` there are none. */
  mails(): Promise<ReceivedMail[]>;
  /** Waits for a mail to this address, and answers the newest; give `jobs: true`. */
  mailTo(email: string, filter?: MailFilter): Promise<ReceivedMail>;
  /** Reads or writes behind the server's back, as the owner. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

export interface CallOptions {
  method?: 'GET' | 'POST';
  input?: unknown;
  headers?: Record<string, string>;
}

/** A tRPC answer as it went over the wire. */
export interface CallAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

export interface TestAppOptions {
  env?: Record<string, string>;
  /** Share another app's database, as a second instance does. */
  database?: TestDatabase;
  /** Where the server listens, if not at the database itself. */
  directUrl?: string;
  /** Other times for streams of events. */
  liveTimes?: AppDeps['liveTimes'];
  /** Run jobs too, as a server does; mails go to `app.mails()` unless `env` has an `SMTP_URL`. */
  jobs?: boolean;
  /** With `jobs`: also what the clock runs every minute, beside the test. */
  clock?: boolean;
  /** For what depends on the time that a hash takes. */
  hashCost?: HashCost;
}

/** @example await using app = await startTestApp(); */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-app-'));
  const settings = parseSettings(
    {
      LOG_LEVEL: 'info',
      SECRET_KEY: 'a-test-key-0123456789-abcdefghijkl',
      MASTER_KEY: TEST_MASTER_KEY,
      DATA_DIR: dataDir,
      ...options.env,
    },
    process.cwd(),
  );
  const logs: string[] = [];
  const connected = connectDatabase(database.appUrl, { statementNames: settings.statementNames });
  const passwords = await createPasswords({
    cost: options.hashCost ?? CHEAP_HASH,
    slots: settings.hashSlots,
  });
  const app = await buildApp({
    settings,
    database: connected,
    directUrl: options.directUrl ?? database.appUrl,
    ...(options.liveTimes === undefined ? {} : { liveTimes: options.liveTimes }),
    signingKeys: await loadSigningKeys(settings),
    masterKeys: await loadMasterKeys(settings),
    passwords,
    logStream: { write: (line) => void logs.push(line) },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  // `listen` on TCP always has an address of this kind.
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const jobs = options.jobs
    ? startJobRunner({
        settings,
        directUrl: database.appUrl,
        log: app.log,
        clock: options.clock ?? false,
      })
    : undefined;
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
  owner.on('error', () => undefined);

  const testApp: TestApp = {
    url,
    app,
    settings,
    database,
    logs,
    client: (headers = {}) => connectClient(url, headers),
    call: (procedure, call) => callProcedure(url, procedure, call),
    rest: (route, call) => callRest(url, route, call),
    async signUp(input = {}) {
      const account = { ...newPerson(), ...input };
      await connectClient(url).auth.signUp.mutate(account);
      return signedIn(testApp, account);
    },
    async signUpOrganization(name = 'City Hospital') {
      const { email, password } = newPerson();
      const account = { email, password, role: 'ORGANIZATION', organizationName: name } as const;
      await connectClient(url).auth.signUp.mutate(account);
      return signedIn(testApp, account);
    },
    async signUpAdmin() {
      const account = { ...newPerson(), role: 'ADMIN' } as const;
      const caller = { requestId: crypto.randomUUID(), ip: null, userAgent: null };
      await createAccount({ database: connected, passwords, turns: new Turns() }, caller, account);
      return signedIn(testApp, account);
    },
    async signIn(identifier, password = PASSWORD) {
      const answer = await connectClient(url).auth.signIn.mutate({
        identifier,
        password,
        credential: 'bearer',
      });
      const { user, session, accessToken = '', refreshToken = '' } = answer;
      const client = connectClient(url, { authorization: `Bearer ${accessToken}` });
      return { user, accessToken, refreshToken, sessionId: session.id, client };
    },
    mails: () => readOutbox(settings.dataDir),
    async mailTo(email, filter = {}) {
      for (;;) {
        const mail = (await testApp.mails()).findLast((one) => isMailTo(one, email, filter));
        if (mail !== undefined) return mail;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await owner.query<Row>(text, values)).rows;
    },
    async [Symbol.asyncDispose]() {
      // A connection that never sent a request counts as busy, and closing would wait for it. Clients open such
      // ones after others were cut, until the server listens no more.
      const cutter = setInterval(() => app.server.closeAllConnections(), 20);
      app.server.closeAllConnections();
      await Promise.all([app.close(), jobs?.stop()]);
      clearInterval(cutter);
      await connected.close();
      const rows = await allRows(owner);
      await owner.end();
      const mails = (await readOutbox(dataDir)).map(({ raw }) => raw);
      if (options.database === undefined) await database[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
      await expectNoSecrets({ logs, mails, rows });
    },
  };
  return testApp;
}

/** Every row of every table, as text. */
export async function allRows(owner: pg.Pool | pg.Client): Promise<string[]> {
  const tables = await owner.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'truconn_keys', 'graphile_worker')`,
  );
  const rows: string[] = [];
  for (const { name } of tables.rows) {
    const found = await owner.query<{ row: string }>(`select each::text as row from ${name} as each`);
    rows.push(...found.rows.map(({ row }) => `${name} ${row}`));
  }
  return rows;
}

/** An e-mail address that no other test uses, and what else a person needs. */
export function newPerson() {
  return {
    email: `person-${randomBytes(6).toString('hex')}@example.com`,
    password: PASSWORD,
    firstName: 'Asha',
    lastName: 'Patel',
  };
}

async function signedIn(app: TestApp, account: { email: string; password: string }): Promise<Person> {
  const { email, password } = account;
  return { email, password, ...(await app.signIn(email, password)) };
}

async function callProcedure(
  url: string,
  procedure: string,
  { method = 'POST', input, headers = {} }: CallOptions = {},
): Promise<CallAnswer> {
  const query =
    method === 'GET' && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const body = method === 'POST' && input !== undefined ? JSON.stringify(input) : undefined;
  const response = await fetch(`${url}/trpc/${procedure}${query}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
