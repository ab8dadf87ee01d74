import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url));
const START_SECONDS = 120;

/**
 * Starts the built server as `npm start` does, logging and counting attempts as in production, with an embedded PostgreSQL
 * of its own in a temporary directory.
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<{ pid: number, url: string, databaseUrl: string }>}
 */
export async function startServer(cleanup) {
  if (!existsSync(MAIN)) throw new Error('The server is not built; run: npm run bench (from the root).');
  const dataDir = makeDataDir(cleanup);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = path.join(dataDir, 'server.log');
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    // Not the checkout, whose .env would be read.
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
      // What counting attempts costs is seen by a run with RATE_LIMITS=off.
      RATE_LIMITS: process.env.RATE_LIMITS ?? 'on',
    },
    stdio: ['ignore', openSync(logFile, 'a'), openSync(logFile, 'a')],
    // A group of its own: Ctrl-C would otherwise reach it before the load has stopped.
    detached: true,
  });
  const exited = once(child, 'exit');
  cleanup.add(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  await untilReady(url, child, logFile);
  return { pid: child.pid, url, databaseUrl: databaseUrl(dataDir) };
}

function makeDataDir(cleanup) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-bench-'));
  cleanup.add(() => rmSync(dataDir, { recursive: true, force: true }));
  // Root's database runs as another user, who must be able to pass through.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  return dataDir;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilReady(url, child, logFile) {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`The server did not start. It said:\n${readFileSync(logFile, 'utf8')}`);
}

// The role that the server itself uses, so that both sides meet the same checks in PostgreSQL.
function databaseUrl(dataDir) {
  const { appPassword } = JSON.parse(readFileSync(path.join(dataDir, 'postgres.json'), 'utf8'));
  const pidFile = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  if (!existsSync(pidFile)) {
    throw new Error(
      `The database is not under ${dataDir}; set TMPDIR to a directory that all users can enter.`,
    );
  }
  const port = readFileSync(pidFile, 'utf8').split('\n')[3];
  return `postgresql://truconn_app:${appPassword}@127.0.0.1:${port}/truconn?sslmode=disable`;
}
