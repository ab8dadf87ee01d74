import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './workspace.mjs';

// Beside node_modules and not in it: installing may replace that directory.
const DIRECTORY = path.join(root, '.turbo', 'truconn-lock');
const PID = path.join(DIRECTORY, 'pid');

/**
 * Runs `action` while no other command of this checkout installs or builds. What a killed command left is
 * taken away. `waiting` is called once when there is somebody to wait for.
 */
export async function withLock(action, waiting) {
  for (let told = false; !tryToTake(); told = true) {
    if (!told) waiting();
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
  mkdirSync(path.dirname(DIRECTORY), { recursive: true });
  try {
    mkdirSync(DIRECTORY);
    writeFileSync(PID, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
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
