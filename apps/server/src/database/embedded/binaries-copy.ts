import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Programs } from './binaries.ts';
import { isThere } from './directories.ts';
import { ensureSystemRoot } from './place.ts';

/** A copy that was interrupted this long ago is not being made any more. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Copies the package's programs to where every user can run them; a copy that is there is used.
 * It appears whole, under its version's name, so two processes that copy at once both succeed.
 */
export async function copyForOthers(programs: Programs, systemRoot: string): Promise<Programs> {
  const native = path.dirname(path.dirname(programs.postgres));
  const target = path.join(systemRoot, `postgresql-${await packageVersion(native)}`);
  if (!(await isThere(target))) await copy(native, target, systemRoot);
  const bin = path.join(target, 'bin');
  return {
    initdb: path.join(bin, path.basename(programs.initdb)),
    pgCtl: path.join(bin, path.basename(programs.pgCtl)),
    postgres: path.join(bin, path.basename(programs.postgres)),
  };
}

async function copy(from: string, target: string, systemRoot: string): Promise<void> {
  await ensureSystemRoot(systemRoot);
  await removeAbandoned(systemRoot);
  const temporary = await mkdtemp(path.join(systemRoot, 'copying-'));
  try {
    await cp(from, temporary, { recursive: true, verbatimSymlinks: true });
    await openToAll(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await isThere(target))) throw error;
  }
}

// The umask under which the package was installed may have closed it.
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(file);
    else if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function removeAbandoned(systemRoot: string): Promise<void> {
  for (const name of await readdir(systemRoot)) {
    if (!name.startsWith('copying-')) continue;
    const directory = path.join(systemRoot, name);
    const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(directory, { recursive: true, force: true });
  }
}

async function packageVersion(native: string): Promise<string> {
  const text = await readFile(path.join(path.dirname(native), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
