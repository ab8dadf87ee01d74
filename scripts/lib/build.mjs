import { existsSync } from 'node:fs';
import path from 'node:path';
import { complain } from './complain.mjs';
import { withLock } from './directory-lock.mjs';
import { turbo } from './pnpm.mjs';
import { runQuietly } from './processes.mjs';
import { Stamp } from './stamp.mjs';
import {
  builtFiles,
  fingerprint,
  lockedFiles,
  manifest,
  packageDirectories,
  root,
  sourceFiles,
} from './workspace.mjs';

const stamp = new Stamp('built');

/** Builds all packages, unless nothing that building reads has changed: a running server keeps its files. */
export async function ensureBuilt(node) {
  if (isBuilt()) return;
  await withLock(async () => {
    if (!isBuilt()) await build(node);
  });
}

function inputs() {
  return fingerprint([...lockedFiles(), ...sourceFiles()]);
}

// What was written counts too: somebody may have built other sources by hand since.
function isBuilt() {
  return (
    stamp.matches(`${inputs()} ${fingerprint(builtFiles())}`) && packageDirectories().every(hasItsOutput)
  );
}

function hasItsOutput(directory) {
  const builds = directory !== '.' && manifest(directory).scripts?.build !== undefined;
  return !builds || existsSync(path.join(root, directory, 'dist'));
}

async function build(node) {
  console.error('Building …');
  // Taken before: what changes while it builds is built the next time.
  const before = inputs();
  stamp.clear();
  const { ok, output } = await runQuietly(turbo(node, 'run', 'build', '--output-logs=errors-only'));
  if (!ok) throw complain('The build failed: see above.', output);
  stamp.set(`${before} ${fingerprint(builtFiles())}`);
}
