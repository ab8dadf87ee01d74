import path from 'node:path';
import { build } from 'esbuild';
import { expect, inject, type TestContext, test } from 'vitest';
import { emptyProject } from './project.ts';
import { mustRun } from './run.ts';
import { getRuntime } from './runtimes.ts';
import { pinned } from './versions.ts';

const STORY = {
  isSelf: true,
  categories: 7,
  granted: true,
  watched: 'CONSENT_GRANTED',
  entries: 1,
  valid: true,
  changed: { valid: false, seq: 1, problem: 'hash' },
  receipt: { status: 'dpv:ConsentGiven', forged: { valid: false, problem: 'signature' } },
  refusal: { code: 'NOT_FOUND', status: 404 },
  afterSignOut: { code: 'UNAUTHENTICATED', status: 401 },
  changes: ['signed-in', 'signed-out'],
};

const SOURCES = ['consumer/story.ts', 'consumer/main.ts'];

test('the story on Node, by import', async () => {
  const cwd = await emptyProject('node-esm', { files: SOURCES });
  await compile(cwd, 'esm');
  expect(await storyOf(process.execPath, ['main.js'], cwd)).toEqual(STORY);
});

test('the story on Node, by require', async () => {
  const cwd = await emptyProject('node-cjs', { type: 'commonjs', files: SOURCES });
  await compile(cwd, 'cjs');
  expect(await storyOf(process.execPath, ['main.js'], cwd)).toEqual(STORY);
});

test('the story on the oldest Node that package.json allows, by import and by require', async (context) => {
  const node = await programOf('node', context);
  for (const [format, type] of [
    ['esm', 'module'],
    ['cjs', 'commonjs'],
  ] as const) {
    const cwd = await emptyProject(`oldest-node-${format}`, { type, files: SOURCES });
    await compile(cwd, format);
    expect(await storyOf(node, ['main.js'], cwd)).toEqual(STORY);
  }
});

test('the story on Bun', async (context) => {
  const bun = await programOf('bun', context);
  const cwd = await emptyProject('bun', { files: SOURCES });
  expect(await storyOf(bun, ['run', 'main.ts'], cwd)).toEqual(STORY);
});

test('the story on Deno, which may use the network and nothing else', async (context) => {
  const deno = await programOf('deno', context);
  const cwd = await emptyProject('deno', { files: SOURCES });
  expect(await storyOf(deno, ['run', '--no-prompt', '--allow-net', 'main.ts'], cwd)).toEqual(STORY);
});

test('the story on workerd', async (context) => {
  const cwd = await emptyProject('workerd', { files: ['consumer/story.ts', 'consumer/worker.ts'] });
  const runner = await emptyProject('runtime-workerd', {
    files: ['consumer/run-worker.mjs'],
    install: pinned('miniflare'),
  }).catch((error: unknown) => notRun(context, `miniflare could not be installed: ${String(error)}`));
  const bundle = path.join(cwd, 'worker.js');
  await build({
    absWorkingDir: cwd,
    entryPoints: ['worker.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'silent',
  });
  expect(await storyOf(process.execPath, ['run-worker.mjs', bundle], runner)).toEqual(STORY);
});

// The package itself stays outside of the bundle: the runtime finds it, and its format, in node_modules.
async function compile(cwd: string, format: 'esm' | 'cjs'): Promise<void> {
  await build({
    absWorkingDir: cwd,
    entryPoints: ['main.ts'],
    outfile: path.join(cwd, 'main.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format,
    logLevel: 'silent',
  });
}

async function storyOf(program: string, args: string[], cwd: string): Promise<unknown> {
  const env = { DENO_DIR: path.join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1' };
  return JSON.parse(await mustRun(program, [...args, inject('serverUrl')], { cwd, env }));
}

async function programOf(name: Parameters<typeof getRuntime>[0], context: TestContext): Promise<string> {
  const runtime = await getRuntime(name);
  return 'program' in runtime ? runtime.program : notRun(context, runtime.missing);
}

// A machine may lack a runtime; where everything has to be proven, that is a failure.
function notRun(context: TestContext, reason: string): never {
  if (process.env.CI) throw new Error(`Not run: ${reason}`);
  process.stderr.write(`${context.task.name}: not run: ${reason.slice(0, 200)}\n`);
  return context.skip();
}
