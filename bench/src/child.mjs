import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Forks a module of this folder; it ends with the run.
 * @param {string} file
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @param {Record<string, string>} [env]
 */
export function forkModule(file, cleanup, env = {}) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  cleanup.add(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return child;
}

/**
 * The next message of a child.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function nextMessage(child) {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${child.spawnargs[1]} ended with ${code}.`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}
