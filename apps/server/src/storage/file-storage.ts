import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureDataDir } from '../database/embedded/index.ts';
import type { AvatarStorage } from '../domain/profile/avatar-storage.ts';
import { guardStorage } from './guard-storage.ts';

/** Pictures as files under `DATA_DIR/avatars`, which is made when the first one comes. */
export function createFileStorage(dataDir: string): AvatarStorage {
  const directory = path.join(dataDir, 'avatars');
  const placeOf = (name: string) => path.join(directory, name);
  // Beside its place, because only from there it is moved in one step.
  const partOf = (name: string) => path.join(directory, `.${name}.part`);
  return guardStorage({
    async write(name, webp) {
      await makeHome(dataDir, directory);
      try {
        await writeFile(partOf(name), webp, { mode: 0o600, flush: true });
        await rename(partOf(name), placeOf(name));
      } catch (error) {
        await rm(partOf(name), { force: true });
        throw error;
      }
      await flushDirectory(directory);
    },
    read: (name) => readFile(placeOf(name)).catch(nothingWhenMissing),
    async remove(name) {
      await rm(partOf(name), { force: true });
      await rm(placeOf(name), { force: true });
    },
  });
}

async function makeHome(dataDir: string, directory: string): Promise<void> {
  await ensureDataDir(dataDir);
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

// Without it a power failure could take back a file whose name the database has written down already.
async function flushDirectory(directory: string): Promise<void> {
  // Windows does not open directories.
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nothingWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
