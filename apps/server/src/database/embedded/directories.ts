import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a directory and those above it that are missing, all with `mode` (less what the umask takes away).
 * Node's own `recursive` option never returns below a directory that takes no entries, such as /proc.
 */
export async function makeDirectory(directory: string, mode: number): Promise<void> {
  if (await make(directory, mode)) return;
  await makeDirectory(path.dirname(directory), mode);
  // Still missing: then it cannot be made there, and this says why.
  if (!(await make(directory, mode))) await mkdir(directory, { mode });
}

/** False when the one above is missing. */
async function make(directory: string, mode: number): Promise<boolean> {
  try {
    await mkdir(directory, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return true;
    throw error;
  }
}

/** Whether there is such a directory or file. */
export function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
