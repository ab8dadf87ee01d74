import { readdirSync } from 'node:fs';
import path from 'node:path';
import { emptyProject } from './project.ts';
import { run } from './run.ts';
import { VERSIONS } from './versions.ts';

/** A runtime's program on this machine, or why there is none. */
export type Available = { program: string } | { missing: string };

const SYSTEM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The npm packages of each runtime, and where in `node_modules` there is a program for each kind of machine. */
const RUNTIMES = {
  node: { install: `node-${SYSTEM}@${VERSIONS.node}`, programs: /^node-[^/]+\/bin\/node(\.exe)?$/ },
  bun: { install: `bun@${VERSIONS.bun}`, programs: /^@oven\/[^/]+\/bin\/bun(\.exe)?$/ },
  deno: { install: `deno@${VERSIONS.deno}`, programs: /^@deno\/[^/]+\/deno(\.exe)?$/ },
};

/** Installs a runtime from npm, and finds the program of it that runs here. */
export async function getRuntime(name: keyof typeof RUNTIMES): Promise<Available> {
  const { install, programs } = RUNTIMES[name];
  try {
    const modules = path.join(await emptyProject(`runtime-${name}`, { install: [install] }), 'node_modules');
    for (const file of readdirSync(modules, { recursive: true, encoding: 'utf8' })) {
      const program = path.join(modules, file);
      if (programs.test(file.replaceAll('\\', '/')) && (await isRunnable(program))) return { program };
    }
    return { missing: `${install} has no program that runs on ${SYSTEM}` };
  } catch (error) {
    return { missing: `${install} could not be installed: ${String(error)}` };
  }
}

// Bun has one for each C library and each generation of processors.
async function isRunnable(program: string): Promise<boolean> {
  const { code } = await run(program, ['--version'], { cwd: path.dirname(program) });
  return code === 0;
}
