import { isAvatarName } from '../domain/profile/avatar-name.ts';
import { type AvatarStorage, StorageError } from '../domain/profile/avatar-storage.ts';

/**
 * What every store has in common: a name becomes part of a path or an address, so only the server's own
 * names pass, and whatever goes wrong is a `StorageError`.
 */
export function guardStorage(storage: AvatarStorage): AvatarStorage {
  return {
    write: (name, webp) => guard(name, () => storage.write(name, webp)),
    read: (name) => guard(name, () => storage.read(name)),
    remove: (name) => guard(name, () => storage.remove(name)),
  };
}

async function guard<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (!isAvatarName(name)) throw new Error('unreachable: this is not the name of a picture');
  try {
    return await work();
  } catch (error) {
    throw new StorageError(error);
  }
}
