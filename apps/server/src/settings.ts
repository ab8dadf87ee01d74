import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { Role } from '@truconn/contract';
import type { z } from 'zod';
import { environmentSchema, type LOG_LEVELS } from './settings-schema.ts';

/** Everything the server can be told from outside, checked. `docs`: the README's settings table. */
export interface Settings {
  production: boolean;
  port: number;
  host: string;
  /** Origin under which people reach the server, without a trailing slash. */
  publicUrl: string;
  /** Unset: an embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | undefined;
  /** The owner's connection, for migrations. Unset: the same as `databaseUrl`. */
  databaseMigrationUrl: string | undefined;
  /** For what a transaction pooler cannot carry: session locks and LISTEN. */
  databaseDirectUrl: string | undefined;
  statementNames: boolean;
  /** Absolute path. */
  dataDir: string;
  /** Unset outside production: made once and kept under `dataDir`. */
  secretKey: string | undefined;
  secretKeyFallbacks: string[];
  /** Unset outside production: made once and kept under `dataDir`. */
  masterKey: string | undefined;
  masterKeyFallbacks: string[];
  debug: boolean;
  /** Host names without port; `*` is any, a leading dot is any subdomain. */
  allowedHosts: string[];
  corsOrigins: string[];
  trustedProxies: string[];
  selfAssignableRoles: Role[];
  compat: 'documented' | 'strict';
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Organizations ask, invite and make owners only through members whose e-mail address is verified. */
  requireVerifiedEmail: boolean;
  /** The server runs the jobs itself; otherwise `npm run worker` does. */
  jobs: boolean;
  /** Unset: pictures are files under `dataDir`. */
  s3: S3Settings | undefined;
  rateLimits: boolean;
  /** Password hashes that run at once. */
  hashSlots: number;
  logLevel: (typeof LOG_LEVELS)[number];
}

/** A bucket of an S3-compatible store. */
export interface S3Settings {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

type Environment = z.infer<typeof environmentSchema>;

/** Thrown when settings stop the start; each problem is one sentence that names the setting. */
export class SettingsError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** Reads `.env` in `root` and the process environment, which wins. */
export function readEnvironment(root: string): Record<string, string | undefined> {
  return { ...readDotEnv(path.join(root, '.env')), ...withoutEmpty(process.env) };
}

function readDotEnv(file: string): Record<string, string | undefined> {
  try {
    return withoutEmpty(parseEnv(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new SettingsError([`The file ${file} cannot be read: ${(error as Error).message}.`]);
  }
}

// `NAME=` in a .env or a compose file means "not set", not "set to nothing".
function withoutEmpty(env: NodeJS.Dict<string>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/**
 * Checks an environment and fills in the defaults.
 * @param root the directory that relative paths (`DATA_DIR`) start from
 * @throws SettingsError with one sentence per bad or unsafe value
 * @example parseSettings(readEnvironment(process.cwd()), process.cwd()).port // 8000
 */
export function parseSettings(env: Record<string, string | undefined>, root: string): Settings {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => `${issue.path[0]?.toString()} ${issue.message}.`),
    );
  }
  const values = parsed.data;
  const production = values.NODE_ENV === 'production';
  if (production) refuseUnsafe(values);
  const publicUrl = values.PUBLIC_URL ?? `http://${urlHost(values.HOST)}:${values.PORT}`;
  return {
    production,
    port: values.PORT,
    host: values.HOST,
    publicUrl,
    databaseUrl: values.DATABASE_URL,
    databaseMigrationUrl: values.DATABASE_MIGRATION_URL,
    databaseDirectUrl: values.DATABASE_DIRECT_URL,
    statementNames: values.STATEMENT_NAMES,
    dataDir: path.resolve(root, values.DATA_DIR),
    secretKey: values.SECRET_KEY,
    secretKeyFallbacks: values.SECRET_KEY_FALLBACKS,
    masterKey: values.MASTER_KEY,
    masterKeyFallbacks: values.MASTER_KEY_FALLBACKS,
    debug: values.DEBUG,
    allowedHosts: values.ALLOWED_HOSTS ?? [new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '[::1]'],
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    selfAssignableRoles: values.SELF_ASSIGNABLE_ROLES,
    compat: values.COMPAT,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    requireVerifiedEmail: values.REQUIRE_VERIFIED_EMAIL,
    jobs: values.JOBS,
    s3: s3Settings(values),
    rateLimits: values.RATE_LIMITS,
    hashSlots: hashSlots(values.UV_THREADPOOL_SIZE),
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  };
}

// ASVS 5.0.0 13.4.2 (no debugging in production) and RFC 8725 3.5 (keys of enough entropy).
function refuseUnsafe(values: Environment): void {
  const problems: string[] = [];
  for (const name of ['SECRET_KEY', 'MASTER_KEY'] as const) {
    if (values[name] !== undefined) continue;
    problems.push(`${name} must be set in production; make one with: openssl rand -hex 32.`);
  }
  // Whoever learns the key of the tokens must not have learned what opens the records.
  if (values.MASTER_KEY !== undefined && values.MASTER_KEY === values.SECRET_KEY) {
    problems.push('MASTER_KEY must not be the same as SECRET_KEY; make one with: openssl rand -hex 32.');
  }
  if (values.DEBUG) problems.push('DEBUG must not be on in production.');
  if (!values.RATE_LIMITS) problems.push('RATE_LIMITS must not be off in production.');
  if (problems.length > 0) throw new SettingsError(problems);
}

// A store that is named in part would be found out at the first picture, so it stops the start.
function s3Settings(values: Environment): S3Settings | undefined {
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = values;
  const named = { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  if (Object.values(named).every((value) => value === undefined)) return undefined;
  const problems = Object.entries(named)
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} must be set, too: the other S3 settings are.`);
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY)
    throw new SettingsError(problems);
  return {
    endpoint: S3_ENDPOINT.replace(/\/+$/, ''),
    region: values.S3_REGION,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
  };
}

// argon2, sharp and Web Crypto share libuv's threads: one is left for a picture, one for the signatures of tokens.
function hashSlots(threads: number): number {
  return Math.max(1, Math.min(availableParallelism(), threads - 2));
}

// A server that listens on every address is still reached under one name.
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
