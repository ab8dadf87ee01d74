import { access, constants } from 'node:fs/promises';
import { loadSigningKeys } from '../auth/secrets.ts';
import { embeddedDatabaseStatus, ensureDataDir } from '../database/embedded/index.ts';
import { inspectDatabase } from '../database/inspect.ts';
import { loadMasterKeys } from '../encryption/master-keys.ts';
import { explainFailure } from '../explain-failure.ts';
import { parseSettings, readEnvironment, type Settings } from '../settings.ts';
import { type OpenedDatabase, openDatabase } from '../startup.ts';
import { examineJobs, examineMail, examineSharing } from './examine-jobs.ts';
import { examineKeys, examineSecrets } from './examine-keys.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const MARKS = { ok: '✔', warning: '!', problem: '✖' } as const;

/** `npm run doctor`: says what is wrong with the installation and its settings; exit 1 on a problem. */
export async function doctor(): Promise<void> {
  const findings: Finding[] = [];
  for await (const finding of examine()) {
    findings.push(finding);
    console.log(`${MARKS[finding.level]} ${finding.text}`);
  }
  const problems = findings.filter((finding) => finding.level === 'problem').length;
  const warnings = findings.filter((finding) => finding.level === 'warning').length;
  console.log(`\nProblems: ${problems}. Warnings: ${warnings}.`);
  if (problems > 0) process.exitCode = 1;
}

async function* examine(): AsyncGenerator<Finding> {
  yield examineNode();
  let settings: Settings;
  try {
    settings = parseSettings(readEnvironment(process.cwd()), process.cwd());
  } catch (error) {
    for (const line of (explainFailure(error) ?? String(error)).split('\n')) yield problem(line);
    return;
  }
  yield ok(`The settings are valid${settings.production ? ' for production' : ''}.`);
  yield* examineSafety(settings);
  yield await examineDataDir(settings);
  yield await examineServer(settings);
  yield* examineDatabase(settings);
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 22 || (major === 22 && minor >= 18);
  return enough
    ? ok(`Node ${process.versions.node}.`)
    : problem(`Node ${process.versions.node} is too old; 22.18 or newer is needed.`);
}

function* examineSafety(settings: Settings): Generator<Finding> {
  const { hostname, protocol } = new URL(settings.publicUrl);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (!local && protocol === 'http:') {
    yield warning('PUBLIC_URL is not https: passwords and sessions would travel in the clear.');
  }
  if (settings.allowedHosts.includes('*')) {
    yield warning('ALLOWED_HOSTS is *: name the hosts that you serve.');
  }
  yield* examineSecrets(settings);
  yield examineMail(settings);
  yield* examineSharing(settings);
  if (!settings.rateLimits) yield warning('RATE_LIMITS is off: only for load tests.');
}

async function examineDataDir(settings: Settings): Promise<Finding> {
  try {
    const dataDir = await ensureDataDir(settings.dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(`DATA_DIR ${dataDir} is writable.`);
  } catch (error) {
    return problem(explainFailure(error, settings) ?? `DATA_DIR does not work: ${(error as Error).message}`);
  }
}

async function examineServer({ publicUrl }: Settings): Promise<Finding> {
  try {
    const answer = await fetch(`${publicUrl}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const { status } = (await answer.json()) as { status?: string };
    return answer.ok
      ? ok(`The server answers at ${publicUrl}.`)
      : problem(`What answers at ${publicUrl} is not ready: ${status ?? answer.status}.`);
  } catch {
    return ok(`No server answers at ${publicUrl} (start it with npm start).`);
  }
}

async function* examineDatabase(settings: Settings): AsyncGenerator<Finding> {
  try {
    // Also says when one of DATA_DIR's key files is damaged.
    await loadSigningKeys(settings);
    await loadMasterKeys(settings);
    if (settings.databaseUrl === undefined) {
      const { created } = await embeddedDatabaseStatus(settings.dataDir);
      if (!created) {
        yield ok('The embedded PostgreSQL will be made by the first npm start.');
        return;
      }
    }
    const opened = await openDatabase(settings, { maxConnections: 2 });
    try {
      yield ok(`The database answers: ${opened.place}.`);
      for (const notice of opened.notices) yield ok(notice);
      yield* await examineSchema(opened, settings);
    } finally {
      await opened.close();
    }
  } catch (error) {
    yield problem(
      explainFailure(error, settings) ?? `The database does not work: ${(error as Error).message}`,
    );
  }
}

async function examineSchema({ database }: OpenedDatabase, settings: Settings): Promise<Finding[]> {
  const found = await inspectDatabase(database.kysely);
  const pending = found.pendingMigrations;
  if (pending.length > 0)
    return [problem(`Migrations are missing (${pending.join(', ')}): npm run migrate.`)];
  return [
    ok('All migrations are applied.'),
    found.ownsTables
      ? warning(
          'One database role owns the tables and serves: give the server its own in DATABASE_URL, and the owner in DATABASE_MIGRATION_URL.',
        )
      : ok(`The role ${found.role} cannot change tables or the ledger's past.`),
    found.statementTimeoutMs === 0
      ? warning(`No statement_timeout is set: alter role ${found.role} set statement_timeout = '10s'.`)
      : ok(`A statement may take ${found.statementTimeoutMs / 1000} s.`),
    Math.abs(found.clockSkewMs) > 2_000
      ? warning(`This machine's clock and the database's differ by ${found.clockSkewMs} ms: set them right.`)
      : ok('The clocks agree.'),
    found.administrators === 0
      ? warning('There is no administrator: npm run createsuperuser.')
      : ok(`Administrators: ${found.administrators}.`),
    await examineKeys(database.kysely, settings),
    ...(await examineJobs(database.kysely)),
  ];
}
