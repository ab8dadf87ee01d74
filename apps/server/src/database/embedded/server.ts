import { chown, open, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Binaries, escapeForShell } from './binaries.ts';
import { explainProgramError } from './embedded-database-error.ts';
import type { Place } from './place.ts';
import { lastProblem, runCommand } from './run-command.ts';

const LOG = 'server.log';
const LOG_LIMIT_BYTES = 10_000_000;
const START_ATTEMPTS = 10;

// Passed on every start instead of written into the cluster, so that a new version's settings reach old clusters.
// Terse, because the details of an error repeat people's data ("Key (email)=(…) already exists").
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_error_verbosity=terse',
];

// Another program took the port in between, or a killed server's last children are still going away.
const PASSING = /Address already in use|could not create any TCP|shared memory block|lock file .* exists/i;

/**
 * Starts PostgreSQL on the cluster and waits until it takes connections.
 * @returns the port on 127.0.0.1
 * @throws EmbeddedDatabaseError with what PostgreSQL said
 */
export async function startServer(place: Place, binaries: Binaries): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const logStart = await prepareLog(place);
    const result = await runPgCtl(place, binaries, startArguments(port, binaries));
    if (result.ok) return port;
    const reason = lastProblem((await readLogFrom(place, logStart)) || result.output);
    if (attempt === START_ATTEMPTS || !PASSING.test(reason)) {
      throw explainProgramError('started', place.home, reason);
    }
    await delay(300);
  }
}

/** Stops PostgreSQL: open transactions are undone, everything committed is on disk. */
export async function stopServer(place: Place, binaries: Binaries): Promise<void> {
  await runPgCtl(place, binaries, ['stop', '--mode=fast', '--wait', '--timeout=60', '--silent']);
}

function startArguments(port: number, binaries: Binaries): string[] {
  const options = [`-p ${port}`, ...SETTINGS.map((setting) => `-c ${setting}`)].join(' ');
  const program = escapeForShell(binaries.postgres);
  return ['start', '--wait', '--timeout=120', '--silent', '-p', program, '-l', LOG, '-o', options];
}

// The cluster is named by PGDATA, relative to the working directory: pg_ctl repeats arguments in a shell command.
function runPgCtl(place: Place, binaries: Binaries, args: string[]) {
  return runCommand(binaries.pgCtl, args, {
    cwd: place.home,
    env: { PGDATA: 'cluster' },
    user: place.user,
    leavesServer: true,
  });
}

/** Makes the log file, which its user could not make in a home that is ours, and returns its size. */
async function prepareLog(place: Place): Promise<number> {
  const file = path.join(place.home, LOG);
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(file, `${file}.old`);
  await (await open(file, 'a', 0o600)).close();
  if (place.user) await chown(file, place.user.uid, place.user.gid);
  return size > LOG_LIMIT_BYTES ? 0 : size;
}

async function readLogFrom(place: Place, start: number): Promise<string> {
  const handle = await open(path.join(place.home, LOG));
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
