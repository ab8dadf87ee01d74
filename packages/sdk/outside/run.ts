import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a finished program said. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
}

const TIMEOUT_MS = 90_000;

// What npm and pnpm tell the scripts they run would send the npm we start to our own package.
const OF_THE_CALLER =
  /^(npm_(lifecycle|package|command|execpath|node_execpath|config_(local_prefix|dir|recursive|workspace))|INIT_CWD|NODE_ENV|VITEST|PNPM_)/i;

/** The environment of an ordinary shell. */
export function plainEnv(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !OF_THE_CALLER.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...extra };
}

/** Runs a program to its end, whatever that is; one that hangs is killed. */
export async function run(file: string, args: string[], { cwd, env }: RunOptions): Promise<Finished> {
  const child = spawn(file, args, {
    cwd,
    env: plainEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    // On Windows npm is a script, which only a shell can run.
    shell: process.platform === 'win32' && file === 'npm',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...said };
}

/**
 * The same for a program that has to succeed.
 * @returns what it wrote to its standard output
 * @throws Error with all that it said
 */
export async function mustRun(file: string, args: string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[file, ...args].join(' ')} ended with ${code ?? 'a signal'}:\n${stdout}\n${stderr}`);
}
