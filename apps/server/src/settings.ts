import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { ROLES, type Role } from '@truconn/contract';
import { z } from 'zod';

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
  masterKey: string | undefined;
  debug: boolean;
  /** Host names without port; `*` is any, a leading dot is any subdomain. */
  allowedHosts: string[];
  corsOrigins: string[];
  trustedProxies: string[];
  selfAssignableRoles: Role[];
  compat: 'documented' | 'strict';
  smtpUrl: string | undefined;
  mailFrom: string;
  rateLimits: boolean;
  /** Password hashes that run at once. */
  hashSlots: number;
  logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

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

const onOff = z.enum(['on', 'off'], 'must be "on" or "off"').transform((value) => value === 'on');
const truthy = z
  .string()
  .regex(/^(true|false|1|0|yes|no|on|off)$/i, 'must be true or false')
  .transform((value) => /^(true|1|yes|on)$/i.test(value));
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const origin = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address such as https://truconn.example' })
  .refine(
    (value) => URL.parse(value)?.origin === value.replace(/\/$/, ''),
    'must be an origin without a path',
  )
  .transform((value) => new URL(value).origin);
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  message: 'must look like postgresql://user:password@host:5432/database',
});
const smtpUrl = z.url({ protocol: /^smtps?$/, message: 'must look like smtp://user:password@host:587' });

// `*`, a name, `.name` for all names below it, or an IPv6 address in brackets.
const HOST_PATTERN = /^(\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\])$/i;
const KNOWN_WEAK = /^(your_secret_key|change-?me.*|secret.*|django-insecure.*|password.*|test.*|example.*)$/i;
const secret = z
  .string()
  .min(32, 'must have at least 32 characters; make one with: openssl rand -hex 32')
  .refine((value) => new Set(value).size >= 10 && !KNOWN_WEAK.test(value), {
    message: 'is easy to guess; make one with: openssl rand -hex 32',
  });

const environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65535, 'must be a port number from 0 to 65535')
    .default(8000),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'must be an address such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  STATEMENT_NAMES: onOff.default(true),
  DATA_DIR: z.string().default('.data'),
  SECRET_KEY: secret.optional(),
  SECRET_KEY_FALLBACKS: list.pipe(z.array(secret)).default([]),
  MASTER_KEY: secret.optional(),
  DEBUG: truthy.default(false),
  ALLOWED_HOSTS: list
    .pipe(z.array(z.string().regex(HOST_PATTERN, 'must be host names without scheme and port')))
    .optional(),
  CORS_ORIGINS: list.pipe(z.array(origin)).default([]),
  TRUSTED_PROXIES: list
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be addresses or CIDR ranges')))
    .default([]),
  SELF_ASSIGNABLE_ROLES: list
    .pipe(
      z.array(
        z
          .enum(ROLES, `must be among ${ROLES.join(', ')}`)
          .refine((role) => role !== 'ADMIN', 'must not contain ADMIN'),
      ),
    )
    .default(['CITIZEN', 'PATIENT', 'DOCTOR', 'ORGANIZATION']),
  COMPAT: z.enum(['documented', 'strict'], 'must be "documented" or "strict"').default('documented'),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: z.string().default('TruConn <no-reply@localhost>'),
  RATE_LIMITS: onOff.default(true),
  // Node's own; read here because the hash queue must leave a thread free.
  UV_THREADPOOL_SIZE: z
    .string()
    .regex(/^([1-9]\d{0,2}|10[01]\d|102[0-4])$/, 'must be a number from 1 to 1024')
    .transform(Number)
    .default(4),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
});

/**
 * Checks an environment and fills in the defaults.
 * @param root the directory that relative paths (`DATA_DIR`) start from
 * @throws SettingsError with one sentence per bad or unsafe value
 * @example parseSettings(readEnvironment(process.cwd()), process.cwd()).port // 8000
 */
export function parseSettings(env: Record<string, string | undefined>, root: string): Settings {
  const parsed = environment.safeParse(env);
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
    debug: values.DEBUG,
    allowedHosts: values.ALLOWED_HOSTS ?? [new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '[::1]'],
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    selfAssignableRoles: values.SELF_ASSIGNABLE_ROLES,
    compat: values.COMPAT,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    rateLimits: values.RATE_LIMITS,
    hashSlots: hashSlots(values.UV_THREADPOOL_SIZE),
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  };
}

// ASVS 5.0.0 13.4.2 (no debugging in production) and RFC 8725 3.5 (keys of enough entropy).
function refuseUnsafe(values: z.infer<typeof environment>): void {
  const problems: string[] = [];
  if (values.SECRET_KEY === undefined) {
    problems.push('SECRET_KEY must be set in production; make one with: openssl rand -hex 32.');
  }
  if (values.DEBUG) problems.push('DEBUG must not be on in production.');
  if (!values.RATE_LIMITS) problems.push('RATE_LIMITS must not be off in production.');
  if (problems.length > 0) throw new SettingsError(problems);
}

// argon2 and Web Crypto share libuv's threads: one is left for the signatures of tokens.
function hashSlots(threads: number): number {
  return Math.max(1, Math.min(availableParallelism(), threads - 1));
}

// A server that listens on every address is still reached under one name.
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
