import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAvatarName } from '../../src/domain/profile/avatar-name.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let directory: string;
const picture = Buffer.from('RIFF____WEBP, as far as this route cares');
const name = newAvatarName();
beforeAll(async () => {
  app = await startTestApp({ env: { CORS_ORIGINS: 'https://console.example' } });
  directory = path.join(app.settings.dataDir, 'avatars');
  mkdirSync(directory);
  writeFileSync(path.join(directory, name), picture);
});
afterAll(() => app[Symbol.asyncDispose]());

const get = (place: string, init?: RequestInit) => fetch(`${app.url}/avatars/${place}`, init);
const headersOf = (answer: Response) => Object.fromEntries(answer.headers);

describe('GET /avatars/:name', () => {
  it('answers the picture to everybody, with headers under which it can only be a picture', async () => {
    const answer = await get(name);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
    expect(headersOf(answer)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(picture.length),
      'content-disposition': 'inline; filename="avatar.webp"',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
      etag: `"${name}"`,
      'x-request-id': expect.any(String),
    });
  });

  it('is shown on pages of other origins, and asks for no credential', async () => {
    const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expect((await get(name, { headers })).status).toBe(200);
    expect((await get(name, { headers: { authorization: 'Bearer not-a-token' } })).status).toBe(200);
  });

  it('answers HEAD with the same headers and no body', async () => {
    const answer = await get(name, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(headersOf(answer)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(picture.length),
      etag: `"${name}"`,
    });
  });

  it.each([`"${name}"`, `W/"${name}"`, `"a", "${name}"`, '*'])(
    'answers 304 to who has it already: if-none-match: %s',
    async (known) => {
      const answer = await get(name, { headers: { 'if-none-match': known } });
      expect([answer.status, await answer.text()]).toEqual([304, '']);
      expect(headersOf(answer)).toMatchObject({
        etag: `"${name}"`,
        'cache-control': 'private, max-age=3600',
      });
    },
  );

  it('answers the picture to who has another', async () => {
    const answer = await get(name, { headers: { 'if-none-match': `"${newAvatarName()}"` } });
    expect(answer.status).toBe(200);
  });

  it('answers 404, also to who has had it, when the picture is gone; that is not kept', async () => {
    const gone = newAvatarName();
    for (const headers of [{}, { 'if-none-match': `"${gone}"` }]) {
      const answer = await get(gone, { headers });
      expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not found.' }]);
      expect(headersOf(answer)).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it.each([
    'secret',
    '..%2Fsecret-key',
    '..%252Fsecret-key',
    `..%2Favatars%2F${name}`,
    `${name}%00`,
    `${name}.png`,
    `.${name}`,
    `%2e${name}.part`,
    name.toUpperCase(),
    name.replace('.webp', '.svg'),
    `${'0'.repeat(31)}.webp`,
    '%5C..%5Csecret-key',
  ])('answers 404 to whatever is not a name of ours: %s', async (place) => {
    writeFileSync(path.join(directory, 'secret'), 'secret');
    writeFileSync(path.join(app.settings.dataDir, 'secret-key'), 'secret');
    writeFileSync(path.join(directory, `.${name}.part`), 'secret');
    const answer = await get(place);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('secret');
  });

  it('has no list, and takes no picture', async () => {
    expect((await get('')).status).toBe(404);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await get(name, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('answers 503 when the store fails, and says nothing about it', async () => {
    const broken = newAvatarName();
    // A directory cannot be read as a file.
    mkdirSync(path.join(directory, broken));
    const answer = await get(broken);
    const body = await answer.json();
    rmSync(path.join(directory, broken), { recursive: true });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(body).toEqual({
      detail: 'Pictures can be neither kept nor shown at the moment; try again shortly.',
      code: 'UNAVAILABLE',
      request_id: answer.headers.get('x-request-id'),
    });
    expect(app.logs.join('')).toContain('EISDIR');
  });
});
