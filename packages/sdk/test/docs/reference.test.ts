import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PACKAGE, REPOSITORY } from './support/program.ts';

const run = promisify(execFile);
const REFERENCE = path.join(REPOSITORY, 'docs/sdk/reference');
const TYPEDOC = path.join(PACKAGE, 'node_modules/typedoc/bin/typedoc');

test('the reference is what the docstrings say; if not, run `npm run docs`', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'truconn-docs-'));
  try {
    const args = ['--options', path.join(PACKAGE, 'typedoc.config.mjs'), '--out', folder];
    await run(process.execPath, [TYPEDOC, ...args], { cwd: folder });
    const made = await readPages(folder);
    expect(Object.keys(made)).toContain('index.md');
    expect(await readPages(REFERENCE)).toEqual(made);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test('the reference says nothing about the machine that it was made on', async () => {
  for (const [name, text] of Object.entries(await readPages(REFERENCE))) {
    expect(text.includes(REPOSITORY) || text.includes('node_modules'), name).toBe(false);
  }
});

async function readPages(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const pages = names.filter((name) => name.endsWith('.md')).sort();
  return Object.fromEntries(
    await Promise.all(pages.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')])),
  );
}
