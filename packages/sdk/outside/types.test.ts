import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { emptyProject, FIXTURES } from './project.ts';
import { run } from './run.ts';
import { pinned } from './versions.ts';

const SOURCES = ['story', 'main', 'types'].map((name) => `consumer/${name}.ts`);
const COMPILER = pinned('typescript', '@types/node');
const REACT = pinned('react', '@types/react', '@tanstack/react-query', '@trpc/tanstack-react-query');

/** Nothing of a dependency's declarations is skipped. */
const STRICT = {
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 'es2022',
  rewriteRelativeImportExtensions: true,
  types: ['node'],
};
const NODENEXT = { ...STRICT, module: 'nodenext', moduleResolution: 'nodenext' };
const BUNDLER = { ...STRICT, module: 'esnext', moduleResolution: 'bundler' };

describe('a strict consumer that checks every declaration', () => {
  let esm = '';

  beforeAll(async () => {
    esm = await emptyProject('types-esm', { files: SOURCES, install: [inject('tarball'), ...COMPILER] });
  });

  test('compiles as an ES module under nodenext', async () => {
    expect(await compile(esm, NODENEXT)).toBe('');
  });

  test('compiles under bundler', async () => {
    expect(await compile(esm, BUNDLER)).toBe('');
  });

  test('compiles for Node alone, without the types of browsers', async () => {
    expect(await compile(esm, { ...NODENEXT, lib: ['es2022'] })).toBe('');
  });

  test('compiles for browsers alone, without the types of Node', async () => {
    // tRPC's declarations name `Disposable`, which every browser's `lib` of this year has.
    const lib = ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'];
    expect(await compile(esm, { ...BUNDLER, lib, types: [] }, ['story.ts', 'types.ts'])).toBe('');
  });

  test('is refused for a wrong call', async () => {
    const wrong = "import { createTruConn } from '@truconn/sdk';\ncreateTruConn({ baseUrl: 4 });\n";
    await writeFile(path.join(esm, 'wrong.ts'), wrong);
    expect(await compile(esm, NODENEXT, ['wrong.ts'])).toContain('error TS2322');
  });

  test('sees the names of types, and not what they are made of', () => {
    const names = namesIn(path.join(esm, 'types.ts'));
    expect(names).toMatchObject({
      signedIn: 'SignInResult',
      page: 'Page<ConsentView>',
      decided: 'AccessRequest',
      entry: 'LedgerEntry',
      event: 'WatchEvent<LedgerEntry>',
      verdict: 'LedgerVerdict',
      truconn: 'TruConn',
    });
  });

  test('takes less than twice the time of a consumer of bare tRPC', async () => {
    const install = [...pinned('@trpc/client', '@trpc/server'), ...COMPILER];
    const bare = await emptyProject('types-bare', { files: ['consumer/bare.ts'], install });
    const seconds = { ours: [] as number[], bare: [] as number[], byTheClock: [] as number[] };
    // In turns, and the best of each: what else the machine does then hardly counts.
    for (let round = 0; round < 3; round++) {
      const startMs = performance.now();
      seconds.ours.push(await secondsToCheck(esm, ['story.ts', 'main.ts']));
      seconds.byTheClock.push((performance.now() - startMs) / 1_000);
      seconds.bare.push(await secondsToCheck(bare, ['bare.ts']));
    }
    const [best, bestBare] = [Math.min(...seconds.ours), Math.min(...seconds.bare)];
    const clock = Math.min(...seconds.byTheClock).toFixed(2);
    process.stderr.write(
      `type check: ${clock} s; of the processor ${best.toFixed(2)} s, for bare tRPC ${bestBare.toFixed(2)} s\n`,
    );
    expect(best / bestBare).toBeLessThan(2);
  });

  test('compiles as CommonJS under nodenext', async () => {
    const install = [inject('tarball'), ...COMPILER];
    const cjs = await emptyProject('types-cjs', { type: 'commonjs', files: SOURCES, install });
    expect(await compile(cjs, NODENEXT)).toBe('');
  });
});

describe('a strict consumer of the React entry', () => {
  test('compiles under nodenext and bundler', async () => {
    const install = [inject('tarball'), ...COMPILER, ...REACT];
    const cwd = await emptyProject('types-react', { files: ['consumer/react.tsx'], install });
    const jsx = 'react-jsx';
    expect(await compile(cwd, { ...NODENEXT, jsx }, ['react.tsx'])).toBe('');
    expect(await compile(cwd, { ...BUNDLER, jsx }, ['react.tsx'])).toBe('');
  });
});

/** @returns what the compiler says */
async function compile(
  cwd: string,
  compilerOptions: object,
  files = ['story.ts', 'main.ts', 'types.ts'],
): Promise<string> {
  await writeFile(path.join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { stdout, stderr } = await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd });
  return stdout + stderr;
}

/** The type of each variable, as an editor shows it. */
function namesIn(file: string): Record<string, string> {
  const { options } = ts.convertCompilerOptionsFromJson(NODENEXT, path.dirname(file));
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const names: Record<string, string> = {};
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node))
      names[node.name.getText()] = checker.typeToString(checker.getTypeAtLocation(node.name));
    ts.forEachChild(node, visit);
  };
  const source = program.getSourceFile(file);
  if (source !== undefined) visit(source);
  return names;
}

/** @returns how long the processor worked for it, in seconds */
async function secondsToCheck(cwd: string, files: string[]): Promise<number> {
  await writeFile(path.join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions: NODENEXT, files }));
  const preload = ['--require', path.join(FIXTURES, 'cpu-time.cjs')];
  const { stdout, stderr } = await run(process.execPath, [...preload, 'node_modules/typescript/bin/tsc'], {
    cwd,
  });
  // The declarations of tRPC's client name a package that it does not install; the compiler checks them all the same.
  expect(stdout).not.toMatch(/^(?!node_modules[\\/]@trpc).*error TS/m);
  return Number(stderr);
}
