import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readOutbox } from './mail.ts';
import { expectNoSecrets } from './secret-watch.ts';

const DIST = path.resolve(import.meta.dirname, '../../dist');

/** What a finished process said. */
export interface Finished {
  code: number | null;
  output: string;
}

/** The built server as a process of its own. */
export interface ServerProcess {
  url: string;
  child: ChildProcess;
  output(): string;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Finished>;
}

/** A command that may be under way. */
export interface RunningCommand extends Omit<ServerProcess, 'url'> {
  /** Its end, whatever the reason. */
  finished: Promise<Finished>;
}

/** An empty directory to run in, so that no `.env` of the project is read; gone afterwards. */
export interface Workplace extends AsyncDisposable {
  directory: string;
  dataDir: string;
  /** Starts the server and waits until it says that it is ready. */
  start(env?: Record<string, string>): Promise<ServerProcess>;
  /** Starts `npm run worker` and waits until it runs jobs. */
  startWorker(env?: Record<string, string>): Promise<Omit<ServerProcess, 'url'>>;
  /** Starts a command, and does not wait. */
  launch(args: string[], env?: Record<string, string>): RunningCommand;
  /** Runs `main.js` or a command to its end. */
  run(args: string[], options?: { env?: Record<string, string>; input?: string }): Promise<Finished>;
}

export function createWorkplace(): Workplace {
  const directory = mkdtempSync(path.join(tmpdir(), 'truconn-process-'));
  // Root's database runs as another user, who must be able to pass.
  chmodSync(directory, 0o711);
  const dataDir = path.join(directory, 'data');
  const running = new Set<Omit<ServerProcess, 'url'>>();
  const launched: (() => string)[] = [];
  const env = (extra: Record<string, string> = {}) => ({
    PATH: process.env.PATH ?? '',
    HOME: directory,
    DATA_DIR: dataDir,
    ...extra,
  });
  const launchHere = (args: string[], extra: Record<string, string>) => {
    const launchedOne = launch(args, directory, env(extra));
    launched.push(launchedOne.output);
    return launchedOne;
  };
  return {
    directory,
    dataDir,
    async start(extra = {}) {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const server = launchHere(['main.js'], { PORT: String(port), ...extra });
      await waitUntil(() => server.output().includes('TruConn is ready'), server);
      const started = { ...server, url };
      running.add(started);
      return started;
    },
    async startWorker(extra = {}) {
      const worker = launchHere(['cli.js', 'worker'], extra);
      await waitUntil(() => worker.output().includes('This worker runs jobs'), worker);
      running.add(worker);
      return worker;
    },
    launch(args, extra = {}) {
      const command = launchHere(args, extra);
      running.add(command);
      return command;
    },
    async run(args, { env: extra = {}, input = '' } = {}) {
      const [script = '', ...rest] = args;
      const command = launchHere([script, ...rest], extra);
      command.child.stdin?.end(input);
      return command.finished;
    },
    async [Symbol.asyncDispose]() {
      for (const server of running) {
        if (server.child.exitCode === null && server.child.signalCode === null) await server.stop('SIGTERM');
      }
      // An orphaned database is taken over and stopped by any command that comes and goes.
      if (existsSync(path.join(dataDir, 'postgres'))) await this.run(['cli.js', 'migrate']);
      const mails = (await readOutbox(dataDir)).map(({ raw }) => raw);
      rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      await expectNoSecrets({ logs: launched.map((output) => output()), mails, rows: [] });
    },
  };
}

function launch([script = '', ...args]: string[], cwd: string, env: Record<string, string>): RunningCommand {
  const child = spawn(process.execPath, [path.join(DIST, script), ...args], { cwd, env, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // Standard input may be closed by a process that ends without reading it.
  child.stdin.on('error', () => undefined);
  const finished = once(child, 'close').then(([code]): Finished => ({ code, output }));
  return {
    child,
    finished,
    output: () => output,
    stop: (signal: NodeJS.Signals) => {
      child.kill(signal);
      return finished;
    },
  };
}

async function waitUntil(condition: () => boolean, server: ReturnType<typeof launch>): Promise<void> {
  while (!condition()) {
    // A crash leaves a signal and no code.
    if (server.child.exitCode !== null || server.child.signalCode !== null)
      throw new Error(`The process ended:\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP address was expected.');
  return address.port;
}
