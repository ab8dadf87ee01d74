import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SERVER = 'apps/server/src';

/** What each room of the house must not bring in. */
const CLOSED: [file: string, specifier: string][] = [
  [`${SERVER}/routers/x.ts`, 'kysely'],
  [`${SERVER}/routers/x.ts`, 'pg'],
  [`${SERVER}/routers/x.ts`, 'fastify'],
  [`${SERVER}/routers/x.ts`, '../database/connection.ts'],
  [`${SERVER}/routers/x.ts`, '../database/queries/auth.queries.ts'],
  [`${SERVER}/domain/auth/x.ts`, '@trpc/server'],
  [`${SERVER}/domain/auth/x.ts`, 'fastify'],
  [`${SERVER}/domain/auth/x.ts`, 'kysely'],
  [`${SERVER}/domain/auth/x.ts`, 'argon2'],
  [`${SERVER}/x.ts`, 'bcrypt'],
  [`${SERVER}/commands/x.ts`, 'bcrypt'],
  [`${SERVER}/database/x.ts`, 'bcrypt'],
  [`${SERVER}/domain/auth/x.ts`, 'bcrypt'],
  [`${SERVER}/errors/x.ts`, 'bcrypt'],
  [`${SERVER}/http/x.ts`, 'bcrypt'],
  [`${SERVER}/images/x.ts`, 'bcrypt'],
  [`${SERVER}/live/x.ts`, 'bcrypt'],
  [`${SERVER}/jobs/x.ts`, 'bcrypt'],
  [`${SERVER}/limits/x.ts`, 'bcrypt'],
  [`${SERVER}/mail/x.ts`, 'bcrypt'],
  [`${SERVER}/rest/x.ts`, 'bcrypt'],
  [`${SERVER}/routers/x.ts`, 'bcrypt'],
  [`${SERVER}/storage/x.ts`, 'bcrypt'],
  [`${SERVER}/trpc/x.ts`, 'bcrypt'],
  [`${SERVER}/domain/auth/x.ts`, '../../http/app-router.ts'],
  [`${SERVER}/database/x.ts`, '../domain/paging.ts'],
  [`${SERVER}/database/queries/x.queries.ts`, 'lucia'],
  [`${SERVER}/http/x.ts`, '../database/queries/auth.queries.ts'],
  [`${SERVER}/http/x.ts`, 'pg'],
  [`${SERVER}/http/x.ts`, 'lucia'],
  [`${SERVER}/trpc/x.ts`, 'jose'],
  [`${SERVER}/trpc/x.ts`, '../http/server.ts'],
  [`${SERVER}/errors/x.ts`, 'fastify'],
  [`${SERVER}/errors/x.ts`, '../http/server.ts'],
  [`${SERVER}/auth/x.ts`, 'kysely'],
  [`${SERVER}/auth/x.ts`, '@trpc/server'],
  [`${SERVER}/rest/x.ts`, '../domain/auth/sign-in.ts'],
  [`${SERVER}/rest/x.ts`, '../database/connection.ts'],
  [`${SERVER}/rest/x.ts`, '../auth/sessions.ts'],
  [`${SERVER}/rest/shared/x.ts`, '../../auth/sessions.ts'],
  [`${SERVER}/rest/openapi/x.ts`, '../../domain/paging.ts'],
  [`${SERVER}/routers/compat/x.ts`, '../../auth/sessions.ts'],
  [`${SERVER}/jobs/x.ts`, 'kysely'],
  [`${SERVER}/jobs/x.ts`, 'pg'],
  [`${SERVER}/jobs/x.ts`, 'nodemailer'],
  [`${SERVER}/jobs/x.ts`, 'fastify'],
  [`${SERVER}/jobs/x.ts`, '../routers/auth.ts'],
  [`${SERVER}/jobs/x.ts`, '../http/server.ts'],
  [`${SERVER}/jobs/x.ts`, '../auth/sessions.ts'],
  [`${SERVER}/mail/x.ts`, 'graphile-worker'],
  [`${SERVER}/mail/x.ts`, '../database/connection.ts'],
  [`${SERVER}/mail/x.ts`, '../domain/mail/compose-mail.ts'],
  [`${SERVER}/mail/x.ts`, '../jobs/tasks.ts'],
  [`${SERVER}/mail/templates/x.ts`, '../../domain/auth/sign-in.ts'],
  [`${SERVER}/domain/mail/x.ts`, 'graphile-worker'],
  [`${SERVER}/domain/mail/x.ts`, 'nodemailer'],
  [`${SERVER}/database/x.ts`, 'graphile-worker'],
  [`${SERVER}/routers/x.ts`, 'nodemailer'],
  [`${SERVER}/x.ts`, 'graphile-worker'],
  [`${SERVER}/x.ts`, 'nodemailer'],
  [`${SERVER}/images/x.ts`, '../storage/index.ts'],
  [`${SERVER}/images/x.ts`, '../database/queries/profile.queries.ts'],
  [`${SERVER}/images/x.ts`, '../domain/profile/avatar.ts'],
  [`${SERVER}/images/x.ts`, 'aws4fetch'],
  [`${SERVER}/storage/x.ts`, '../images/pictures.ts'],
  [`${SERVER}/storage/x.ts`, '../database/queries/profile.queries.ts'],
  [`${SERVER}/storage/x.ts`, 'sharp'],
  [`${SERVER}/storage/x.ts`, 'fastify'],
  [`${SERVER}/auth/x.ts`, 'sharp'],
  [`${SERVER}/database/x.ts`, 'sharp'],
  [`${SERVER}/domain/profile/x.ts`, 'sharp'],
  [`${SERVER}/domain/profile/x.ts`, 'aws4fetch'],
  [`${SERVER}/http/x.ts`, 'sharp'],
  [`${SERVER}/jobs/x.ts`, 'aws4fetch'],
  [`${SERVER}/routers/x.ts`, 'sharp'],
  [`${SERVER}/x.ts`, 'sharp'],
  [`${SERVER}/x.ts`, 'aws4fetch'],
  [`${SERVER}/limits/x.ts`, '../http/server.ts'],
  [`${SERVER}/limits/x.ts`, '../trpc/context.ts'],
  [`${SERVER}/limits/x.ts`, '../routers/auth.ts'],
  [`${SERVER}/limits/x.ts`, '../auth/sessions.ts'],
  [`${SERVER}/limits/x.ts`, 'fastify'],
  [`${SERVER}/limits/x.ts`, 'kysely'],
  [`${SERVER}/encryption/x.ts`, '../database/connection.ts'],
  [`${SERVER}/encryption/x.ts`, '../domain/profile/records.ts'],
  [`${SERVER}/encryption/x.ts`, '../auth/secrets.ts'],
  [`${SERVER}/encryption/x.ts`, 'bcrypt'],
  [`${SERVER}/encryption/x.ts`, 'jose'],
  [`${SERVER}/encryption/x.ts`, 'kysely'],
  [`${SERVER}/encryption/x.ts`, 'fastify'],
  [`${SERVER}/live/x.ts`, '../http/server.ts'],
  [`${SERVER}/live/x.ts`, '../trpc/context.ts'],
  [`${SERVER}/live/x.ts`, '../routers/consent.ts'],
  [`${SERVER}/live/x.ts`, '../auth/sessions.ts'],
  [`${SERVER}/live/x.ts`, '@trpc/server'],
  [`${SERVER}/live/x.ts`, 'fastify'],
  [`${SERVER}/live/x.ts`, 'kysely'],
  [`${SERVER}/live/x.ts`, 'pg'],
  [`${SERVER}/domain/auth/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/database/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/http/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/routers/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/x.ts`, '@lucia-auth/adapter-postgresql'],
  [`${SERVER}/x.ts`, 'pg'],
  ['packages/contract/src/x.ts', 'node:crypto'],
  ['packages/sdk/src/x.ts', 'node:crypto'],
  ['packages/sdk/src/x.ts', '@truconn/server'],
  ['packages/sdk/src/session/x.ts', 'zod'],
];

const OPEN: [file: string, specifier: string][] = [
  [`${SERVER}/database/x.ts`, 'kysely'],
  [`${SERVER}/auth/x.ts`, 'lucia'],
  [`${SERVER}/auth/x.ts`, 'bcrypt'],
  [`${SERVER}/auth/x.ts`, '../database/connection.ts'],
  [`${SERVER}/domain/auth/x.ts`, '../../database/queries/auth.queries.ts'],
  [`${SERVER}/routers/x.ts`, '../domain/auth/sign-in.ts'],
  [`${SERVER}/jobs/x.ts`, 'graphile-worker'],
  [`${SERVER}/jobs/x.ts`, '../database/queries/jobs.queries.ts'],
  [`${SERVER}/jobs/x.ts`, '../domain/mail/compose-mail.ts'],
  [`${SERVER}/mail/x.ts`, 'nodemailer'],
  [`${SERVER}/mail/x.ts`, '../domain/mail/mail-content.ts'],
  [`${SERVER}/database/migrate-jobs.ts`, 'graphile-worker'],
  [`${SERVER}/images/x.ts`, 'sharp'],
  [`${SERVER}/images/x.ts`, '../work-queue.ts'],
  [`${SERVER}/images/x.ts`, '../domain/domain-error.ts'],
  [`${SERVER}/storage/x.ts`, 'aws4fetch'],
  [`${SERVER}/storage/x.ts`, '../database/embedded/index.ts'],
  [`${SERVER}/storage/x.ts`, '../domain/profile/avatar-storage.ts'],
  [`${SERVER}/limits/x.ts`, 'rate-limiter-flexible'],
  [`${SERVER}/limits/x.ts`, '../database/queries/limits.queries.ts'],
  [`${SERVER}/limits/x.ts`, '../domain/limits.ts'],
  [`${SERVER}/live/x.ts`, '../database/topic-listener.ts'],
  [`${SERVER}/live/x.ts`, '../database/queries/live.queries.ts'],
  [`${SERVER}/live/x.ts`, '../domain/live/live.ts'],
  [`${SERVER}/encryption/x.ts`, '../kept-secret.ts'],
  [`${SERVER}/domain/profile/x.ts`, '../../encryption/envelope.ts'],
];

describe('the doors of the house', () => {
  const found = lintAll([...CLOSED, ...OPEN].map(([file, specifier]) => ({ file, specifier })));

  test.each(CLOSED)('%s may not import %s', (file, specifier) => {
    expect(found(file, specifier)).toContain('noRestrictedImports');
  });

  test.each(OPEN)('%s may import %s', (file, specifier) => {
    expect(found(file, specifier)).not.toContain('noRestrictedImports');
  });

  test('only the settings read the environment', () => {
    const text = 'export const port = process.env.PORT;\n';
    const [app = '', settings = ''] = lintTree({
      [`${SERVER}/app.ts`]: text,
      [`${SERVER}/settings.ts`]: text,
    });
    expect(app).toContain('noProcessEnv');
    expect(settings).not.toContain('noProcessEnv');
  });
});

interface Import {
  file: string;
  specifier: string;
}

// One run for all: each import in a file of its own, in the folder that it is about.
function lintAll(imports: Import[]): (file: string, specifier: string) => string {
  const files = imports.map(({ file, specifier }, index) => ({
    name: file.replace(/x\.ts$/, `x${index}.ts`),
    text: `import * as it from '${specifier}';\nexport { it };\n`,
  }));
  const findings = lintTree(Object.fromEntries(files.map(({ name, text }) => [name, text])));
  return (file, specifier) =>
    findings[imports.findIndex((one) => one.file === file && one.specifier === specifier)] ?? '';
}

/** The rules that each file of a tree breaks under this project's configuration. */
function lintTree(files: Record<string, string>): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'truconn-doors-'));
  try {
    cpSync(path.join(ROOT, 'biome.json'), path.join(root, 'biome.json'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const { stdout } = spawnSync(
      path.join(ROOT, 'node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none', '.'],
      { cwd: root, encoding: 'utf8' },
    );
    const lines = stdout.split('\n');
    return Object.keys(files).map((name) => lines.filter((line) => line.includes(`/${name},`)).join());
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
