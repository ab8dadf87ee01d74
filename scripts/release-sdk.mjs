// What the release workflow calls once everything is built: publishes the SDK, just as `npm run pack:sdk` packs it,
// unless the registry has this version already. With --dry-run, nothing leaves this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { complain } from './lib/complain.mjs';
import { packSdk } from './lib/pack-sdk.mjs';
import { runQuietly, runVisibly } from './lib/processes.mjs';
import { manifest } from './lib/workspace.mjs';

const isRehearsal = process.argv.includes('--dry-run');
const { name, version, repository } = manifest('packages/sdk');
const program = (file, ...args) => ({ file, args, env: process.env });

async function release() {
  if (await isPublished()) return console.log(`${name}@${version} is published already.`);
  if (process.env.NPM_CONFIG_PROVENANCE && repository === undefined) {
    throw complain(
      'npm compares where a package was built with "repository" in packages/sdk/package.json: add it, and release again.',
    );
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'truconn-release-'));
  try {
    const { tarball } = await packSdk(directory);
    await mustRun('npm', 'publish', tarball, '--access=public', ...(isRehearsal ? ['--dry-run'] : []));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (isRehearsal) return;
  await mustRun('git', 'tag', `${name}@${version}`);
  // The action of Changesets looks for this line, and makes a release of it.
  console.log(`New tag: ${name}@${version}`);
}

async function isPublished() {
  const { ok, output } = await runQuietly(
    program('npm', 'view', `${name}@${version}`, 'version', '--loglevel=silent'),
  );
  return ok && output.trim() === version;
}

async function mustRun(file, ...args) {
  if (!(await runVisibly(program(file, ...args)))) throw complain(`${file} ${args[0]} failed: see above.`);
}

try {
  await release();
} catch (error) {
  console.error(error.sentence ?? error);
  process.exit(1);
}
