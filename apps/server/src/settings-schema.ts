import { ROLES } from '@truconn/contract';
import { z } from 'zod';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

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
// RFC 5322 3.4: `name <address>`, the name quoted where it has commas and such, or an address alone. One line.
const ADDRESS = String.raw`[^\s\p{Cc}<>()[\]:;@\\,"]+@[\p{L}\p{N}](?:[\p{L}\p{N}.\-]*[\p{L}\p{N}])?`;
const NAME = String.raw`(?:[^\p{Cc}<>()[\]:;@\\,"]+|"[^\p{Cc}"\\]*") `;
const mailbox = z
  .string()
  .regex(
    new RegExp(`^(?:${ADDRESS}|(?:${NAME})?<${ADDRESS}>)$`, 'u'),
    'must be one mailbox such as TruConn <no-reply@example.org>',
  );
const smtpUrl = z
  .url({ protocol: /^smtps?$/, message: 'must look like smtp://user:password@host:587', abort: true })
  .refine(
    (value) => new URL(value).hostname !== '',
    'must name the host of the mail server: smtp://user:password@host:587',
  );
// The bucket's name is appended to it, and `fetch` takes no address that has a password.
const storeUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address', abort: true })
  .regex(
    /^[^?#@]*$/,
    'must be an address alone: no query, no fragment, and the keys in S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY',
  );

// `*`, a name, `.name` for all names below it, or an IPv6 address in brackets.
const HOST_PATTERN = /^(\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\])$/i;
const KNOWN_WEAK = /^(your_secret_key|change-?me.*|secret.*|django-insecure.*|password.*|test.*|example.*)$/i;
const secret = z
  .string()
  .min(32, 'must have at least 32 characters; make one with: openssl rand -hex 32')
  .refine((value) => new Set(value).size >= 10 && !KNOWN_WEAK.test(value), {
    message: 'is easy to guess; make one with: openssl rand -hex 32',
  });

/** The environment as it is written; each message follows the setting's name. */
export const environmentSchema = z.object({
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
  MASTER_KEY_FALLBACKS: list.pipe(z.array(secret)).default([]),
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
  MAIL_FROM: mailbox.default('TruConn <no-reply@localhost>'),
  REQUIRE_VERIFIED_EMAIL: truthy.default(false),
  JOBS: onOff.default(true),
  S3_ENDPOINT: storeUrl.optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  RATE_LIMITS: onOff.default(true),
  // Node's own; read here because password hashes must leave threads for pictures and signatures.
  UV_THREADPOOL_SIZE: z
    .string()
    .regex(/^([1-9]\d{0,2}|10[01]\d|102[0-4])$/, 'must be a number from 1 to 1024')
    .transform(Number)
    .default(4),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
});
