import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newAvatarName } from '../../src/domain/profile/avatar-name.ts';
import { StorageError } from '../../src/domain/profile/avatar-storage.ts';
import { createFileStorage } from '../../src/storage/file-storage.ts';

let dataDir: string;
let directory: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-files-'));
  directory = path.join(dataDir, 'avatars');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const picture = Buffer.from('picture');

describe('pictures as files', () => {
  it('are for the server’s user alone, in a directory that is made with the first', async () => {
    const name = newAvatarName();
    await createFileStorage(path.join(dataDir, 'made', 'later')).write(name, picture);
    const made = path.join(dataDir, 'made', 'later', 'avatars');
    expect(readdirSync(made)).toEqual([name]);
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(made, name)).mode & 0o777).toBe(0o600);
  });

  it('are nothing as long as there is no directory', async () => {
    const storage = createFileStorage(dataDir);
    expect(await storage.read(newAvatarName())).toBeUndefined();
    await storage.remove(newAvatarName());
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('that cannot be put in their place leave nothing half-written', async () => {
    const name = newAvatarName();
    // A directory of that name stands in the way of the last step.
    mkdirSync(path.join(directory, name), { recursive: true });
    await expect(createFileStorage(dataDir).write(name, picture)).rejects.toThrow(StorageError);
    expect(readdirSync(directory)).toEqual([name]);
  });

  it('that a kill left half-written go with their removal', async () => {
    const name = newAvatarName();
    mkdirSync(directory);
    writeFileSync(path.join(directory, `.${name}.part`), picture);
    const storage = createFileStorage(dataDir);
    expect(await storage.read(name)).toBeUndefined();
    await storage.remove(name);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that are there and cannot be read are not said to be missing', async () => {
    const name = newAvatarName();
    mkdirSync(path.join(directory, name), { recursive: true });
    await expect(createFileStorage(dataDir).read(name)).rejects.toThrow(StorageError);
  });

  it('without a place to keep them are UNAVAILABLE, and the log learns why', async () => {
    writeFileSync(directory, 'a file where the directory should be');
    const storage = createFileStorage(dataDir);
    const error = await storage.write(newAvatarName(), picture).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', cause: { code: 'ENOTDIR' } });
    expect(String(error)).not.toContain(dataDir);
  });

  it('below a directory that takes no entries fail at once', async () => {
    const error = await createFileStorage('/proc/truconn/data')
      .write(newAvatarName(), picture)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageError);
  });
});
