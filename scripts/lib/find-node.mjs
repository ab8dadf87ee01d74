import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { complain } from './complain.mjs';
import { root } from './workspace.mjs';

const OLDEST = [22, 18];

/** The Node that runs the project: the pinned one where there is one for this machine, else the machine's own. */
export function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = [`node-${platform}-${process.arch}/bin`, '.bin']
    .map((directory) => path.join(root, 'node_modules', directory, name))
    .find(runs);
  if (pinned) return pinned;
  if (isNewEnough(process.versions.node)) return process.execPath;
  throw complain(
    `There is no pinned Node for ${process.platform}-${process.arch}, and this machine's is ${process.versions.node}; install Node ${OLDEST.join('.')} or newer and run the command again.`,
  );
}

// A program for another system (glibc's on Alpine, say) is there, but does not run.
function runs(file) {
  if (!existsSync(file)) return false;
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && isNewEnough(stdout.trim().replace('v', ''));
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
