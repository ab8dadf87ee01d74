import { type StdioOptions, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { inheritedDescriptors } from './inherited-descriptors.ts';

/** Numbers of the system user under whom a program runs. */
export interface SystemUser {
  uid: number;
  gid: number;
}

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Unset: the user of this process. */
  user?: SystemUser | undefined;
  /** It starts a program that outlives this process. */
  leavesServer?: boolean;
}

export interface CommandResult {
  ok: boolean;
  /** What it printed on both streams, or why it could not be run. */
  output: string;
}

// Nothing is inherited: a PGHOST or an LD_LIBRARY_PATH of the person's shell must not steer our database,
// and messages must be in English, because some are recognised.
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Runs a program to its end, in a session of its own so that Ctrl-C in the terminal does not reach it.
 * Never rejects: a program that cannot be run is a result that is not ok.
 */
export async function runCommand(
  file: string,
  args: string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const nothing = await open(devNull);
  try {
    const covered = options.leavesServer ? await inheritedDescriptors() : [];
    return await runWith(file, args, options, coverWith(nothing.fd, covered));
  } finally {
    await nothing.close();
  }
}

// In a child, a descriptor that is not mentioned stays as it was inherited; one that is mentioned is replaced.
function coverWith(nothing: number, covered: number[]): StdioOptions {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  for (let index = 3; index <= Math.max(2, ...covered); index += 1) {
    stdio[index] = covered.includes(index) ? nothing : 'ignore';
  }
  return stdio;
}

function runWith(
  file: string,
  args: string[],
  options: CommandOptions,
  stdio: StdioOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? '/',
      env: { ...ENVIRONMENT, ...options.env },
      stdio,
      detached: true,
      windowsHide: true,
      ...options.user,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}

/** The last line that says what failed, or the last line at all. */
export function lastProblem(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const problem = lines.findLast((line) => /\b(FATAL|PANIC|error|could not)\b/i.test(line)) ?? lines.at(-1);
  return stripPrefix(problem ?? 'it gave no reason');
}

// "running bootstrap script ... 2026-01-01 00:00:00.000 UTC [12] FATAL:  text" and "initdb: error: text" are "text".
function stripPrefix(line: string): string {
  return line
    .replace(/^.*?\.\.\. /, '')
    .replace(/^.*?\b(FATAL|PANIC|error):\s*/i, '')
    .trim();
}
