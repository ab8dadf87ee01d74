import { existsSync } from 'node:fs';
import path from 'node:path';
import { complain } from './complain.mjs';
import { withLock } from './directory-lock.mjs';
import { pnpm } from './pnpm.mjs';
import { runQuietly } from './processes.mjs';
import { Stamp } from './stamp.mjs';
import { fingerprint, lockedFiles, manifest, packageDirectories, root } from './workspace.mjs';

const stamp = new Stamp('installed');

/** Installs what the lockfile says, unless that has been done. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
  });
}

function isInstalled() {
  return stamp.matches(fingerprint(lockedFiles())) && packageDirectories().every(hasItsModules);
}

function hasItsModules(directory) {
  const { dependencies, devDependencies } = manifest(directory);
  const needsSome = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  return !needsSome || existsSync(path.join(root, directory, 'node_modules'));
}

async function install() {
  const first = !existsSync(path.join(root, 'node_modules'));
  console.error(`Installing what is locked (${first ? 'first time only' : 'it has changed'}) …`);
  stamp.clear();
  const { ok, output } = await runQuietly(pnpm('install', '--frozen-lockfile'));
  if (!ok) {
    throw complain(
      'The packages could not be installed: see above, check the connection to the npm registry, and run the command again.',
      output,
    );
  }
  stamp.set(fingerprint(lockedFiles()));
}
