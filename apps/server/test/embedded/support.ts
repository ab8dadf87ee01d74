import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type QueryResult } from 'pg';
import { afterAll } from 'vitest';
import {
  type EmbeddedDatabase,
  embeddedDatabaseStatus,
  joinEmbeddedDatabase,
} from '../../src/database/embedded/index.ts';
import { runCommand } from '../../src/database/embedded/run-command.ts';

/** A directory for one test: its database is stopped and everything removed at the end. */
export class Yard {
  readonly root: string;
  readonly systemRoot: string;
  dataDir: string;

  constructor(root: string, name: string) {
    this.root = root;
    this.systemRoot = path.join(root, 'system');
    this.dataDir = path.join(root, name);
  }

  join(): Promise<EmbeddedDatabase> {
    return joinEmbeddedDatabase({ dataDir: this.dataDir, systemRoot: this.systemRoot });
  }

  async isRunning(): Promise<boolean> {
    return (await embeddedDatabaseStatus(this.dataDir, this.systemRoot)).running;
  }

  /** Starts another process that joins the same database; `rounds`: and leaves it, that often. */
  spawnMember(rounds = 0): ChildProcess {
    const args = [path.join(import.meta.dirname, 'member.ts'), this.dataDir, this.systemRoot, String(rounds)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.stderr?.setEncoding('utf8').on('data', (text) => process.stderr.write(text));
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A test that failed may have left a server; joining and leaving takes it over and stops it.
    if (await this.isRunning().catch(() => false)) {
      await this.join().then(
        (database) => database.leave(),
        () => undefined,
      );
    }
    // A server that is just stopping still writes: what is not empty is tried again.
    await rm(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

export async function makeYard(name = 'data'): Promise<Yard> {
  const root = await mkdtemp(path.join(tmpdir(), 'truconn-embedded-'));
  // Root's PostgreSQL runs as another user, who must be able to pass.
  await chmod(root, 0o755);
  return new Yard(root, name);
}

let template: Promise<Yard> | undefined;
afterAll(async () => (await template)?.[Symbol.asyncDispose]());

/** The same with a database that has been made and stopped, copied from one that each test file makes once. */
export async function makeYardWithDatabase(): Promise<Yard> {
  template ??= makeTemplate();
  const [{ dataDir }, yard] = await Promise.all([template, makeYard()]);
  await runCommand('cp', ['-a', dataDir, yard.dataDir]);
  return yard;
}

async function makeTemplate(): Promise<Yard> {
  const yard = await makeYard();
  await (await yard.join()).leave();
  return yard;
}

export type Joined = Pick<EmbeddedDatabase, 'appUrl' | 'ownerUrl' | 'adminUrl' | 'directory' | 'adopted'> & {
  pid: number;
};

/** What a member says once it has joined. */
export async function joined(member: ChildProcess): Promise<Joined> {
  const [line] = (await once(member.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Joined;
}

/** Asks a member to leave and waits for its end; returns its exit code. */
export async function dismiss(member: ChildProcess): Promise<number | null> {
  member.stdin?.end('leave\n');
  return ended(member);
}

export async function ended(member: ChildProcess): Promise<number | null> {
  if (member.exitCode === null && member.signalCode === null) await once(member, 'close');
  return member.exitCode;
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<QueryResult['rows']> {
  const client = new Client(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    // Also after a refusal: a connection left in the middle of signing in holds up a `drop database`.
    await client.end();
  }
}

/** The process number of the server on this cluster. */
export async function serverPid(cluster: string): Promise<number> {
  return Number((await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}
