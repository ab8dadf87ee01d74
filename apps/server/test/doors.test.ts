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
  [`${SERVER}/x.ts`, '@lucia-auth/adapter-postgresql'],
  [`${SERVER}/x.ts`, 'pg'],
  ['packages/contract/src/x.ts', 'node:crypto'],
];

const OPEN: [file: string, specifier: string][] = [
  [`${SERVER}/database/x.ts`, 'kysely'],
  [`${SERVER}/auth/x.ts`, 'lucia'],
  [`${SERVER}/auth/x.ts`, '../database/connection.ts'],
  [`${SERVER}/domain/auth/x.ts`, '../../database/queries/auth.queries.ts'],
  [`${SERVER}/routers/x.ts`, '../domain/auth/sign-in.ts'],
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
