import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { complain } from './complain.mjs';
import { root } from './workspace.mjs';

// Beside node_modules and not in it: installing may replace that directory.
const DIRECTORY = path.join(root, '.turbo', 'truconn-lock');
const PID = path.join(DIRECTORY, 'pid');

/**
 * Runs `action` while no other command of this checkout installs or builds; says so while it waits for one.
 * What a killed command left is taken away.
 */
export async function withLock(action) {
  for (let told = false; !tryToTake(); told = true) {
    if (!told)
      console.error(`Waiting for another command to install or build (if none runs, delete ${DIRECTORY}) …`);
    await delay(100);
  }
  const release = () => rmSync(DIRECTORY, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await action();
  } finally {
    process.off('exit', release);
    release();
  }
}

function tryToTake() {
  try {
    mkdirSync(path.dirname(DIRECTORY), { recursive: true });
    mkdirSync(DIRECTORY);
    writeFileSync(PID, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw complain(`${root} cannot be written (${error.message}); run this as the user it belongs to.`);
    }
    if (isAbandoned()) rmSync(DIRECTORY, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    const pid = existsSync(PID) ? readFileSync(PID, 'utf8') : '';
    // Somebody has just made the directory, or was killed before writing the number.
    if (pid === '') return Date.now() - statSync(DIRECTORY).mtimeMs > 5_000;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
