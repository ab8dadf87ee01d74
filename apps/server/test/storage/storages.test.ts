import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAvatarName } from '../../src/domain/profile/avatar-name.ts';
import type { AvatarStorage } from '../../src/domain/profile/avatar-storage.ts';
import { openAvatarStorage } from '../../src/storage/index.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-storage-'));
let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const STORAGES: [name: string, open: () => AvatarStorage][] = [
  ['files', () => openAvatarStorage({ dataDir, s3: undefined })],
  ['an S3-compatible store', () => openAvatarStorage({ dataDir, s3: s3.settings })],
];

describe.each(STORAGES)('pictures in %s', (_name, open) => {
  it('come back as they were given, to every instance', async () => {
    const [name, picture] = [newAvatarName(), randomBytes(70_000)];
    await open().write(name, picture);
    const read = await open().read(name);
    expect(read && picture.equals(read)).toBe(true);
  });

  it('are nobody else’s: each name has its own', async () => {
    const names = Array.from({ length: 20 }, newAvatarName);
    const storage = open();
    await Promise.all(names.map((name) => storage.write(name, Buffer.from(name))));
    const read = await Promise.all(names.map((name) => storage.read(name)));
    expect(read.map((bytes) => bytes && Buffer.from(bytes).toString())).toEqual(names);
  });

  it('are nothing under a name that was never given', async () => {
    expect(await open().read(newAvatarName())).toBeUndefined();
  });

  it('are nothing once they are removed, and removing again does nothing', async () => {
    const [storage, name] = [open(), newAvatarName()];
    await storage.write(name, Buffer.from('picture'));
    await storage.remove(name);
    expect(await storage.read(name)).toBeUndefined();
    await storage.remove(name);
    await storage.remove(newAvatarName());
  });

  it.each(['../secret-key', 'x.webp', '', `${'a'.repeat(32)}.webp/..`, `${'A'.repeat(32)}.webp`])(
    'have names of the server’s own making alone: not "%s"',
    async (name) => {
      const storage = open();
      await expect(storage.read(name)).rejects.toThrow(/not the name/);
      await expect(storage.write(name, Buffer.from('x'))).rejects.toThrow(/not the name/);
      await expect(storage.remove(name)).rejects.toThrow(/not the name/);
    },
  );
});
