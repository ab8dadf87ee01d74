import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import { mustRun } from './run.ts';

/** Where the sources of consumers are. */
export const FIXTURES = import.meta.dirname;

/** What a project is made of. */
export interface ProjectParts {
  /** `module` unless told. */
  type?: 'module' | 'commonjs';
  /** Files of `outside/`, copied into the project's own directory. */
  files?: string[];
  /** What it installs, as `npm install` takes it; the packed SDK unless told. */
  install?: string[];
}

/**
 * Makes an empty project outside of the checkout and installs into it, without running anybody's install scripts.
 * @returns its directory
 */
export async function emptyProject(name: string, parts: ProjectParts = {}): Promise<string> {
  const { type = 'module', files = [], install = [inject('tarball')] } = parts;
  const directory = path.join(inject('directory'), name);
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({ name, private: true, type }));
  for (const file of files)
    await cp(path.join(FIXTURES, file), path.join(directory, path.basename(file)), { recursive: true });
  await npmInstall(directory, install);
  return directory;
}

/** `npm install` from the registry that this machine is configured with. */
export async function npmInstall(directory: string, packages: string[]): Promise<void> {
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  await mustRun('npm', ['install', ...quietly, '--save-exact', ...packages], { cwd: directory });
}
