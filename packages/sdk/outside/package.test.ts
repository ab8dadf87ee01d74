import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { emptyProject } from './project.ts';
import { mustRun } from './run.ts';
import { bundle, README, sizesOf, writtenSizes } from './sizes.ts';

const ENTRIES = ['index', 'react', 'verify'];
const FILES = [
  'LICENSE',
  'README.md',
  'THIRD-PARTY-LICENSES.txt',
  ...ENTRIES.flatMap((name) => ['cjs', 'd.cts', 'd.ts', 'js'].map((kind) => `dist/${name}.${kind}`)),
  'package.json',
];

/** What each entry's declarations may import. */
const ALLOWED = {
  index: ['@trpc/server'],
  verify: [],
  react: ['./index', '@trpc/server', '@tanstack/react-query', 'react'],
};

/** What the main entry's code may load. */
const MAY_LOAD = ['@trpc/client', '@trpc/server', 'eventsource-parser'];

let installed = '';

beforeAll(async () => {
  installed = path.join(await emptyProject('package'), 'node_modules/@truconn/sdk');
});

describe('what is published', () => {
  test('are these files and no others', async () => {
    const list = await mustRun('tar', ['-tzf', inject('tarball')], { cwd: inject('directory') });
    const files = list
      .trim()
      .split(/\r?\n/)
      .map((file) => file.replace('package/', ''));
    // Changesets write the first CHANGELOG.md.
    expect(files.filter((file) => file !== 'CHANGELOG.md').sort()).toEqual([...FILES].sort());
  });

  test('can be published', async () => {
    const publish = ['publish', inject('tarball'), '--dry-run', '--loglevel=error'];
    expect(await mustRun('npm', publish, { cwd: inject('directory') })).toMatch(/^\+ @truconn\/sdk@\d/m);
  });

  test('names nothing that only building it needs', async () => {
    const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest.dependencies['@trpc/client']).toBe(manifest.dependencies['@trpc/server']);
  });

  test.each([
    ['canonicalize', 'LICENSE'],
    ['jose', 'LICENSE.md'],
  ])('has the licence of what is bundled: %s', async (name, file) => {
    const bundled = path.resolve(import.meta.dirname, '../node_modules', name);
    const { version } = JSON.parse(await readFile(path.join(bundled, 'package.json'), 'utf8'));
    const notice = await readFile(path.join(installed, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(notice).toContain(`${name} ${version} `);
    expect(notice).toContain(await readFile(path.join(bundled, file), 'utf8'));
  });
});

describe('the linters of packages', () => {
  test('publint has nothing to say', async () => {
    const tarball = new Uint8Array(await readFile(inject('tarball'))).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  test('are-the-types-wrong has nothing to say', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(inject('tarball'))));
    if (!analysis.types) throw new Error('The package has no types.');
    expect(Object.keys(analysis.entrypoints)).toEqual(['.', './verify', './react', './package.json']);
    // `node10` is how TypeScript resolved before there were `exports`: no Node that can run the package does so.
    const problems = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem) || problem.resolutionKind !== 'node10',
    );
    expect(problems).toEqual([]);
  });
});

describe.each(ENTRIES)('the declarations of %s', (entry) => {
  test.each(['d.ts', 'd.cts'])('import nothing but what they may (%s)', async (kind) => {
    const text = withoutComments(await readDist(`${entry}.${kind}`));
    const imported = matchesOf(text, /(?:\bfrom|\bimport\(?|\brequire\() ?['"]([^'"]+)/g);
    const allowed: string[] = ALLOWED[entry as keyof typeof ALLOWED];
    expect(imported.filter((name) => !allowed.includes(name.replace(/\.c?js$/, '')))).toEqual([]);
  });

  test('name nothing of the server or of the project', async () => {
    const text = await readDist(`${entry}.d.ts`);
    expect(matchesOf(text, /(@truconn\/contract|\b(?:zod|kysely|pg|lucia|fastify)\b)/gi)).toEqual([]);
    const names = /\b(Context|Trx|Executor|ColumnType|Generated|Selectable|any)\b/g;
    expect(matchesOf(withoutComments(text), names)).toEqual([]);
  });

  test('have names that people gave', async () => {
    const text = withoutComments(await readDist(`${entry}.d.ts`));
    // A bundler's own are `a as Session`, `Session$1`, and files with a hash.
    const lists = matchesOf(text, /\b(?:im|ex)port (?:type )?({[^}]*})/g).join();
    expect(matchesOf(lists, /([\w$]+ as [\w$]+)/g)).toEqual([]);
    expect(matchesOf(text, /(\w+\$\d+)|'([^']+-[\w-]{8}\.c?js)'/g)).toEqual([]);
  });
});

describe('the code', () => {
  test.each(ENTRIES)('of %s tells nothing of the machine it was built on', async (entry) => {
    for (const kind of ['js', 'cjs', 'd.ts', 'd.cts']) {
      const traces = /(sourceMappingURL|file:\/\/|(?:^|[\s'"`(])\/(?:home|root|tmp|work|Users|var)\/)/gm;
      expect(matchesOf(await readDist(`${entry}.${kind}`), traces)).toEqual([]);
    }
  });

  test.each([
    ['js', /\b(?:from|import|import\() ?["']([^"']+)/g],
    ['cjs', /\brequire\(["']([^"']+)/g],
  ])('of the main entry imports tRPC: no zod, no React, nothing of Node (%s)', async (kind, pattern) => {
    const imported = matchesOf(await readDist(`index.${kind}`), pattern);
    expect(imported).toContain('@trpc/client');
    expect(imported.filter((name) => !MAY_LOAD.includes(name))).toEqual([]);
  });

  test('has no side effects: what a page does not use stays out of it', async () => {
    const page = "import '@truconn/sdk';\nimport '@truconn/sdk/verify';\nimport '@truconn/sdk/react';\n";
    const stdin = { contents: page, resolveDir: path.join(installed, '../../..') };
    const external = ['react', '@tanstack/*', '@trpc/tanstack-react-query'];
    expect((await bundle({ stdin, external })).length).toBe(0);
  });

  test('of the main entry is less than 10,000 bytes, minified', async () => {
    expect((await sizesOf(installed)).own).toBeLessThan(10_000);
  });

  test('of what verifies is less than 25,000 bytes, minified, and imports nothing', async () => {
    const entryPoints = [path.join(installed, 'dist/verify.js')];
    expect((await bundle({ entryPoints })).length).toBeLessThan(25_000);
    for (const kind of ['js', 'cjs']) {
      const imported = matchesOf(
        await readDist(`verify.${kind}`),
        /(?:\bfrom|^import|\bimport\(|\brequire\() ?["']([^"']+)/gm,
      );
      expect(imported).toEqual([]);
    }
  });

  test('is as large as the README says', async () => {
    const sizes = await sizesOf(installed);
    const written = writtenSizes(await readFile(README, 'utf8'));
    expect(written, `README.md, between <!-- sizes --> marks: ${JSON.stringify(sizes)}`).toBeDefined();
    for (const name of ['own', 'total', 'compressed'] as const) {
      const ratio = (written?.[name] ?? 0) / sizes[name];
      expect(ratio, `${name}: ${sizes[name]} bytes`).toBeGreaterThan(0.95);
      expect(ratio, `${name}: ${sizes[name]} bytes`).toBeLessThan(1.05);
    }
  });
});

async function readDist(name: string): Promise<string> {
  return readFile(path.join(installed, 'dist', name), 'utf8');
}

/** What the groups of a pattern found, each once. */
function matchesOf(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, ...groups]) => groups.find(Boolean) ?? ''))];
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
