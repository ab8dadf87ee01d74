import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { complain } from './complain.mjs';
import { pnpm } from './pnpm.mjs';
import { runQuietly } from './processes.mjs';
import { manifest, root } from './workspace.mjs';

const SDK = 'packages/sdk';
const HOOKS = path.join(root, 'scripts/lib/published-manifest.mjs');

/** Packs the SDK as it is built, just as it is published, into `directory`. Returns the tarball's path and its version. */
export async function packSdk(directory) {
  const { version } = manifest(SDK);
  const tarball = path.resolve(directory, `truconn-sdk-${version}.tgz`);
  rmSync(tarball, { force: true });
  const pack = ['pack', `--config.pnpmfile=${HOOKS}`, '--pack-destination', path.dirname(tarball)];
  const { ok, output } = await runQuietly(pnpm('--dir', SDK, ...pack));
  if (!ok || !existsSync(tarball)) throw complain('The SDK could not be packed: see above.', output);
  return { tarball, version };
}
