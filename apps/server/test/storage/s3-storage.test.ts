import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { newAvatarName } from '../../src/domain/profile/avatar-name.ts';
import { StorageError } from '../../src/domain/profile/avatar-storage.ts';
import { createS3Storage, type S3Options } from '../../src/storage/s3-storage.ts';
import { startS3Server } from '../support/s3-server.ts';

const picture = Buffer.from('picture');
const caught = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );

describe('pictures in an S3-compatible store', () => {
  it('are asked for by path, under avatars/', async () => {
    await using s3 = await startS3Server();
    const name = newAvatarName();
    const storage = createS3Storage(s3.settings);
    await storage.write(name, picture);
    await storage.read(name);
    await storage.remove(name);
    const place = `/pictures/avatars/${name}`;
    expect(s3.requests).toEqual([`PUT ${place}`, `GET ${place}`, `DELETE ${place}`]);
  });

  it('are signed for: nobody on the way can put another one in their place', async () => {
    const asked: IncomingHttpHeaders[] = [];
    await using store = await startStore((request, response) => {
      asked.push(request.headers);
      request.resume().on('end', () => response.end());
    });
    await store.storage().write(newAvatarName(), picture);
    const hash = createHash('sha256').update(picture).digest('hex');
    expect(asked).toMatchObject([
      {
        authorization: expect.stringMatching(/SignedHeaders=[^,]*x-amz-content-sha256/),
        'x-amz-content-sha256': hash,
        'content-type': 'image/webp',
      },
    ]);
  });

  it('with a wrong secret are UNAVAILABLE; the log learns the store’s code, and neither key nor secret', async () => {
    await using s3 = await startS3Server();
    const storage = createS3Storage({ ...s3.settings, secretAccessKey: 'not-the-secret' });
    for (const call of [
      () => storage.write(newAvatarName(), picture),
      () => storage.read(newAvatarName()),
      () => storage.remove(newAvatarName()),
    ]) {
      const error = await caught(call());
      expect(error).toMatchObject({
        code: 'UNAVAILABLE',
        cause: { message: expect.stringMatching(/ 403 SignatureDoesNotMatch$/) },
      });
      expect(String((error as StorageError).cause)).not.toMatch(/S3RVER|not-the-secret/);
    }
  });

  it('without their bucket are not said to be missing', async () => {
    await using s3 = await startS3Server();
    const storage = createS3Storage({ ...s3.settings, bucket: 'elsewhere' });
    expect(await caught(storage.read(newAvatarName()))).toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: expect.stringContaining('404 NoSuchBucket') },
    });
    expect(await caught(storage.remove(newAvatarName()))).toBeInstanceOf(StorageError);
  });

  it('that the store was too busy for are asked for again', async () => {
    let asked = 0;
    await using store = await startStore((_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end(asked < 3 ? '<Code>SlowDown</Code>' : picture);
    });
    expect(await store.storage().read(newAvatarName())).toEqual(picture);
    expect(asked).toBe(3);
  });

  it('in a store that only fails are UNAVAILABLE', async () => {
    await using store = await startStore((_request, response) =>
      response.writeHead(500).end('<Code>InternalError</Code>'),
    );
    expect(await caught(store.storage().write(newAvatarName(), picture))).toMatchObject({
      cause: { message: 'the S3 store answered PUT with 500 InternalError' },
    });
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['stops in the middle', (_request, response) => response.writeHead(200).write('half')],
  ])('in a store that %s are UNAVAILABLE after a time', async (_name, listener) => {
    await using store = await startStore(listener);
    const storage = store.storage({ timeoutMilliseconds: 200 });
    expect(await caught(storage.read(newAvatarName()))).toMatchObject({
      code: 'UNAVAILABLE',
      cause: { name: 'TimeoutError' },
    });
  });

  it('are not looked for at another address that the store names', async () => {
    const asked: unknown[] = [];
    await using elsewhere = await startStore((request, response) => {
      asked.push(request.headers);
      response.end(picture);
    });
    await using store = await startStore((_request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect(await caught(store.storage().read(newAvatarName()))).toBeInstanceOf(StorageError);
    expect(asked).toEqual([]);
  });

  it('in a store that is away are UNAVAILABLE', async () => {
    const store = await startStore(() => undefined);
    await store[Symbol.asyncDispose]();
    expect(await caught(store.storage().read(newAvatarName()))).toBeInstanceOf(StorageError);
  });
});

/** A store that behaves as it is told. */
async function startStore(listener: RequestListener) {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // `listen` on TCP always has an address of this kind.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = {
    endpoint: url,
    region: 'us-east-1',
    bucket: 'pictures',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
  };
  return {
    url,
    storage: (options?: S3Options) => createS3Storage(settings, options),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
