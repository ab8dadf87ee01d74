import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { plainEnv } from './run.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../apps/server/dist/main.js');

/** The built server as a process of its own. */
export interface RunningServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts the built server with a database of its own, and waits until it says that it is ready.
 * @param directory an empty one; other users must be able to pass
 * @param pageOrigin the origin whose pages may call it
 */
export async function startServer(directory: string, pageOrigin: string): Promise<RunningServer> {
  const port = await freePort();
  const env = plainEnv({
    PORT: String(port),
    HOME: directory,
    DATA_DIR: path.join(directory, 'data'),
    CORS_ORIGINS: pageOrigin,
  });
  const child = spawn(process.execPath, [MAIN], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  while (!output.includes('TruConn is ready')) {
    if (hasEnded(child)) throw new Error(`The server ended:\n${output}`);
    await delay(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Whether a program is over; a crash leaves a signal and no code. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP address was expected.');
  return address.port;
}
