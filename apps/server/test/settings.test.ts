import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseSettings, readEnvironment, SettingsError } from '../src/settings.ts';

const ROOT = '/srv/truconn';
const GOOD_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const settings = (env: Record<string, string> = {}) => parseSettings(env, ROOT);

/** The sentences that stop a start; none when it is not stopped. */
function problems(env: Record<string, string>): string[] {
  try {
    parseSettings(env, ROOT);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('without any setting', () => {
  it('the server is for the machine it runs on, with an embedded database', () => {
    expect(settings()).toMatchObject({
      production: false,
      port: 8000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:8000',
      databaseUrl: undefined,
      statementNames: true,
      dataDir: '/srv/truconn/.data',
      secretKey: undefined,
      secretKeyFallbacks: [],
      masterKey: undefined,
      masterKeyFallbacks: [],
      debug: false,
      allowedHosts: ['127.0.0.1', 'localhost', '127.0.0.1', '[::1]'],
      corsOrigins: [],
      trustedProxies: [],
      compat: 'documented',
      rateLimits: true,
      logLevel: 'warn',
    });
  });

  it('nobody makes themselves an administrator or an officer', () => {
    expect(settings().selfAssignableRoles).toEqual(['CITIZEN', 'PATIENT', 'DOCTOR', 'ORGANIZATION']);
  });
});

describe('what is given is used', () => {
  it.each([
    [{ HOST: '0.0.0.0' }, { publicUrl: 'http://localhost:8000' }],
    [{ HOST: '::1', PORT: '9000' }, { publicUrl: 'http://[::1]:9000' }],
    [{ PUBLIC_URL: 'https://truconn.example/' }, { publicUrl: 'https://truconn.example' }],
    [{ PORT: '0' }, { port: 0 }],
    [{ DATA_DIR: '/var/lib/truconn' }, { dataDir: '/var/lib/truconn' }],
    [{ STATEMENT_NAMES: 'off' }, { statementNames: false }],
    [{ DEBUG: 'yes' }, { debug: true }],
    [{ MAIL_FROM: 'post@example.org' }, { mailFrom: 'post@example.org' }],
    [{ MAIL_FROM: 'City Hospital <post@localhost>' }, { mailFrom: 'City Hospital <post@localhost>' }],
    [{ MAIL_FROM: '"Smith, Inc." <p@x.example>' }, { mailFrom: '"Smith, Inc." <p@x.example>' }],
    [{ MAIL_FROM: 'ट्रूकॉन <p@bücher.example>' }, { mailFrom: 'ट्रूकॉन <p@bücher.example>' }],
    [{ ALLOWED_HOSTS: ' a.example, .b.example ,' }, { allowedHosts: ['a.example', '.b.example'] }],
    [
      { CORS_ORIGINS: 'https://a.example,http://localhost:5173' },
      { corsOrigins: ['https://a.example', 'http://localhost:5173'] },
    ],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, { trustedProxies: ['10.0.0.0/8', '::1'] }],
    [{ SELF_ASSIGNABLE_ROLES: 'CITIZEN,OFFICER' }, { selfAssignableRoles: ['CITIZEN', 'OFFICER'] }],
    [
      { SECRET_KEY_FALLBACKS: `${GOOD_KEY},${GOOD_KEY}x` },
      { secretKeyFallbacks: [GOOD_KEY, `${GOOD_KEY}x`] },
    ],
    [
      { MASTER_KEY: GOOD_KEY, MASTER_KEY_FALLBACKS: `${GOOD_KEY}y, ${GOOD_KEY}z` },
      { masterKey: GOOD_KEY, masterKeyFallbacks: [`${GOOD_KEY}y`, `${GOOD_KEY}z`] },
    ],
  ])('%j', (env, expected) => expect(settings(env as Record<string, string>)).toMatchObject(expected));

  it('an own PUBLIC_URL is an allowed host', () => {
    expect(settings({ PUBLIC_URL: 'https://truconn.example' }).allowedHosts).toContain('truconn.example');
  });
});

describe('a bad value stops the start with a sentence that names it', () => {
  it.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80 '],
    ['PUBLIC_URL', 'truconn.example'],
    ['PUBLIC_URL', 'ftp://truconn.example'],
    ['PUBLIC_URL', 'https://truconn.example/app'],
    ['PUBLIC_URL', 'https://user:password@truconn.example'],
    ['DATABASE_URL', 'mysql://localhost/truconn'],
    ['DATABASE_MIGRATION_URL', 'localhost'],
    ['STATEMENT_NAMES', 'no'],
    ['SECRET_KEY', 'short'],
    ['SECRET_KEY', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['SECRET_KEY', 'django-insecure-4f8s7d6f8s7df6s8d7f6s8d7f6'],
    ['SECRET_KEY_FALLBACKS', `${GOOD_KEY},short`],
    ['MASTER_KEY', 'change-me-please-change-me-please-123456'],
    ['MASTER_KEY_FALLBACKS', `short,${GOOD_KEY}`],
    ['DEBUG', 'maybe'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['TRUSTED_PROXIES', 'loadbalancer'],
    ['TRUSTED_PROXIES', '10.0.0.0/64'],
    ['SELF_ASSIGNABLE_ROLES', 'ADMIN'],
    ['SELF_ASSIGNABLE_ROLES', 'CITIZEN,KING'],
    ['COMPAT', 'loose'],
    ['SMTP_URL', 'http://mail.example'],
    ['SMTP_URL', 'mail.example:25'],
    ['SMTP_URL', 'smtp:foo'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtp:///x'],
    ['SMTP_URL', 'smtps://?requireTLS=false'],
    ['MAIL_FROM', 'TruConn'],
    ['MAIL_FROM', 'TruConn <no-reply>'],
    ['MAIL_FROM', 'TruConn <a@example.org> extra'],
    ['MAIL_FROM', 'a@example.org, b@example.org'],
    ['MAIL_FROM', 'TruConn, Inc. <a@example.org>'],
    ['MAIL_FROM', 'TruConn\r\nBcc: b@example.org <a@example.org>'],
    ['MAIL_FROM', 'a@example.org\n'],
    ['S3_ENDPOINT', 'store.example:9000'],
    ['S3_ENDPOINT', 'https://key:secret@store.example'],
    ['S3_ENDPOINT', 'https://store.example/?region=x'],
    ['S3_ENDPOINT', 'https://store.example/#pictures'],
    ['S3_BUCKET', 'Pictures_of_people'],
    ['RATE_LIMITS', 'true'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', (name, value) => {
    const [sentence, ...others] = problems({ [name]: value });
    expect(sentence).toMatch(new RegExp(`^${name} .+\\.$`));
    expect(others.every((other) => other.startsWith(name))).toBe(true);
  });

  it.each(['mail.example', 'mail.example:25', 'http://'])(
    'and SMTP_URL=%s is told what one looks like',
    (value) => {
      expect(problems({ SMTP_URL: value })).toEqual([
        'SMTP_URL must look like smtp://user:password@host:587.',
      ]);
    },
  );

  it.each(['smtp:foo', 'smtp://', 'smtp:///x'])('and SMTP_URL=%s is told what it lacks', (value) => {
    expect(problems({ SMTP_URL: value })).toEqual([
      'SMTP_URL must name the host of the mail server: smtp://user:password@host:587.',
    ]);
  });

  it.each(['user:secret@store.example', 'store.example/?a=b', 'store.example/?', 'store.example/#a'])(
    'and S3_ENDPOINT=https://%s is told what does not belong there',
    (rest) => {
      expect(problems({ S3_ENDPOINT: `https://${rest}` })).toEqual([
        'S3_ENDPOINT must be an address alone: no query, no fragment, and the keys in S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
      ]);
    },
  );

  it('and never repeats a secret', () => {
    const secret = 'too-short-but-secret';
    expect(problems({ SECRET_KEY: secret, SECRET_KEY_FALLBACKS: secret }).join()).not.toContain(secret);
  });

  it('all of them at once', () => {
    expect(problems({ PORT: 'x', LOG_LEVEL: 'y', COMPAT: 'z' })).toHaveLength(3);
  });
});

describe('a store for pictures', () => {
  const whole = {
    S3_ENDPOINT: 'https://store.example/',
    S3_BUCKET: 'pictures',
    S3_ACCESS_KEY_ID: 'key',
    S3_SECRET_ACCESS_KEY: 'a-secret-key',
  };

  it('is the data directory, unless one is named', () => {
    expect(settings().s3).toBeUndefined();
    expect(settings({ S3_REGION: 'ap-south-1' }).s3).toBeUndefined();
  });

  it('that is named is used', () => {
    expect(settings({ ...whole, S3_REGION: 'ap-south-1' }).s3).toEqual({
      endpoint: 'https://store.example',
      region: 'ap-south-1',
      bucket: 'pictures',
      accessKeyId: 'key',
      secretAccessKey: 'a-secret-key',
    });
    expect(settings(whole).s3?.region).toBe('us-east-1');
  });

  it.each(Object.keys(whole))('that is named without %s stops the start', (name) => {
    const env = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
    expect(problems(env)).toEqual([`${name} must be set, too: the other S3 settings are.`]);
  });

  it('of which only one setting is there stops the start with a sentence for each other', () => {
    expect(problems({ S3_SECRET_ACCESS_KEY: 'a-secret-key' })).toHaveLength(3);
    expect(problems({ S3_SECRET_ACCESS_KEY: 'a-secret-key' }).join()).not.toContain('a-secret-key');
  });
});

describe('in production an unsafe value stops the start', () => {
  const keys = { SECRET_KEY: GOOD_KEY, MASTER_KEY: `${GOOD_KEY}m` };
  const production = { NODE_ENV: 'production', ...keys };

  it.each([
    ['SECRET_KEY must be set', { NODE_ENV: 'production', MASTER_KEY: keys.MASTER_KEY }],
    ['MASTER_KEY must be set', { NODE_ENV: 'production', SECRET_KEY: keys.SECRET_KEY }],
    ['MASTER_KEY must not be the same', { ...production, MASTER_KEY: GOOD_KEY }],
    ['RATE_LIMITS must', { ...production, RATE_LIMITS: 'off' }],
    ['DEBUG must', { ...production, DEBUG: 'true' }],
  ])('%s', (beginning, env) => {
    expect(problems(env as Record<string, string>)).toEqual([
      expect.stringMatching(new RegExp(`^${beginning}`)),
    ]);
  });

  it('without any key there is a sentence for each', () => {
    expect(problems({ NODE_ENV: 'production' })).toHaveLength(2);
  });

  it('and a safe one does not', () => {
    expect(settings(production)).toMatchObject({ production: true, secretKey: GOOD_KEY, logLevel: 'info' });
  });

  it('the same values are fine elsewhere', () => {
    expect(problems({ ...keys, MASTER_KEY: GOOD_KEY, RATE_LIMITS: 'off', DEBUG: 'true' })).toEqual([]);
  });
});

describe('the environment is read', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'truconn-settings-'));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });

  it('from .env, which the process’s own variables win over; an empty one means "not set"', () => {
    writeFileSync(path.join(root, '.env'), 'PORT=8001\nHOST=::1\nMAIL_FROM=\n');
    vi.stubEnv('PORT', '8002');
    vi.stubEnv('HOST', '');
    expect(readEnvironment(root)).toMatchObject({ PORT: '8002', HOST: '::1' });
    expect(readEnvironment(root)).not.toHaveProperty('MAIL_FROM');
  });

  it('without a .env too', () => {
    expect(() => readEnvironment(path.join(root, 'nowhere'))).not.toThrow();
  });
});
