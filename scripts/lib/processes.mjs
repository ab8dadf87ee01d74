import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { findNpm, isAlive } from './ancestors.mjs';
import { root } from './workspace.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const LOOK_FOR_NPM_MS = 200;

// On Windows npx is a script, which only a shell can run.
const needsShell = (file) => process.platform === 'win32' && file === 'npx';

/** Runs a program to its end. Returns whether it succeeded, and all it printed. */
export function runQuietly({ file, args, env }) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(file, args, { cwd: root, env, shell: needsShell(file), stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ ok: false, output: `${output}\n${error.message}` }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** The same, showing what it prints as it does. Returns whether it succeeded. */
export function runVisibly({ file, args, env }) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'inherit', 'inherit'];
    const child = spawn(file, args, { cwd: root, env, shell: needsShell(file), stdio });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

/**
 * Runs a program in our place: it has the terminal, gets every signal that we get, and its end is ours.
 * Returns the exit code; 128 and the signal's number when a signal ended it, as a shell does.
 */
export function runInForeground(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env: serverEnvironment(), stdio: 'inherit' });
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
    stopWithNpm(child);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

// libuv's threads hash passwords and check signatures; four would let a few sign-ins delay everybody.
function serverEnvironment() {
  const threads = Math.max(4, availableParallelism() + 4);
  return { UV_THREADPOOL_SIZE: String(threads), ...process.env };
}

// npm that is killed cannot pass it on, and a server that nobody sees would keep the port.
function stopWithNpm(child) {
  const npm = findNpm();
  if (npm === undefined) return;
  const timer = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, LOOK_FOR_NPM_MS);
  timer.unref();
}
