import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { runCommand } from './run-command.ts';

/** How long a server may take to start (recovering what a kill interrupted) or to stop. */
const PATIENCE_MS = 60_000;

/** What a running server writes into its `postmaster.pid`. */
interface Postmaster {
  pid: number;
  port: number;
  status: string;
}

/** Whether a server runs on this cluster, whatever it is busy with. */
export async function isRunning(cluster: string): Promise<boolean> {
  const postmaster = await readPostmaster(cluster);
  return postmaster !== undefined && (await servesCluster(postmaster.pid, cluster));
}

/**
 * The port of the server that runs on this cluster, waiting while it starts or stops.
 * The file of a dead one is removed: PostgreSQL itself would refuse to start when the system gave
 * the same process number to another program, as containers do all the time.
 */
export async function findRunningPort(cluster: string): Promise<number | undefined> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const postmaster = await readPostmaster(cluster);
    if (!postmaster) return undefined;
    if (!(await servesCluster(postmaster.pid, cluster))) {
      await rm(pidFile(cluster), { force: true });
      return undefined;
    }
    if (postmaster.status === 'ready') return postmaster.port;
    await delay(50);
  }
  throw new EmbeddedDatabaseError(
    `The embedded database in ${cluster} has been starting or stopping for a minute; wait for it, then start again.`,
  );
}

async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // https://www.postgresql.org/docs/18/storage-file-layout.html: number, directory, start, port, socket, address, memory, status.
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

function pidFile(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}

async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandLine(pid);
  if (command === undefined) return true;
  if (!command.includes('postgres')) return false;
  // A server's working directory is its cluster. Unreadable (root in a container may not look): believe it.
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return directory === undefined || directory === (await realpath(cluster));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** How that process was called; empty for one that is gone or dead, undefined where it cannot be known. */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return (await runCommand('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).output;
}
