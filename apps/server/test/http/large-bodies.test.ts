import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HTTP_LIMITS, LARGE_BODIES } from '../../src/http/limits.ts';
import { createKey } from '../api-keys/support.ts';
import { bearer, signInBrowser } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const LARGE = LARGE_BODIES['profile.setAvatar'] ?? 0;
const { bodyBytes } = HTTP_LIMITS;

/** A call with a body of exactly so many bytes. */
async function post(place: string, bytes: number, wrap = (data: string) => `{"data":"${data}"}`) {
  const body = wrap('A'.repeat(bytes - wrap('').length));
  const headers = { 'content-type': 'application/json', ...bearer(asha.accessToken) };
  const answer = await fetch(`${app.url}/trpc/${place}`, { method: 'POST', headers, body });
  const json = await answer.json();
  const { error } = Array.isArray(json) ? json[0] : json;
  return { status: answer.status, code: error.data.code, fields: error.data.fields, answer };
}

describe('the body of profile.setAvatar', () => {
  it('is read up to 3 MiB, alone and as a batch of one', async () => {
    // Both reach the procedure, which has something to say about the picture.
    expect(await post('profile.setAvatar', LARGE)).toMatchObject({
      status: 400,
      fields: { data: [expect.stringContaining('2 MB')] },
    });
    const one = (data: string) => `{"0":{"data":"${data}"}}`;
    expect(await post('profile.setAvatar?batch=1', LARGE, one)).toMatchObject({
      status: 400,
      fields: { data: [expect.stringContaining('2 MB')] },
    });
  });

  it('is 413 past that, in tRPC’s shape', async () => {
    const { status, code, answer } = await post('profile.setAvatar', LARGE + 1);
    expect([status, code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is not read of an API key, which may not send one', async () => {
    const { headers } = await createKey(app, await app.signUpOrganization());
    const body = '{'.repeat(LARGE);
    const json = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers: { ...json, ...headers }, body };
    const answer = await fetch(`${app.url}/trpc/profile.setAvatar`, sent);
    expect(answer.status).toBe(403);
    const { error } = (await answer.json()) as { error: { data: { code: string; requestId: string } } };
    const rows = await app.sql('select details from audit_events where request_id = $1', [
      error.data.requestId,
    ]);
    expect([error.data.code, rows]).toMatchObject([
      'FORBIDDEN',
      [{ details: { procedure: 'profile.setAvatar' } }],
    ]);
  });

  it.each([
    'profile.update',
    'profile.removeAvatar',
    'profile.setAvatar,profile.update?batch=1',
    'profile.update,profile.setAvatar?batch=1',
    'profile.setAvatar%2Cprofile.setAvatar?batch=1',
  ])('is no way around the limit of others: %s', async (place) => {
    expect(await post(place, bodyBytes + 1)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each(['profile%2EsetAvatar', 'profile.setAvatar/'])(
    'is the same under another spelling: %s',
    async (place) => {
      expect(await post(place, LARGE)).toMatchObject({
        status: 400,
        fields: { data: [expect.stringContaining('2 MB')] },
      });
    },
  );

  it('is not read from nobody: the refusal comes before it', async () => {
    const socket = net.connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(
      `POST /trpc/profile.setAvatar HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 2900000\r\n\r\n{"data":"`,
    );
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('\r\nwww-authenticate: bearer');
    expect(answer).toContain('"error":{"message":"Sign in first');
  });
});

describe('the route of profile.setAvatar behaves like every other', () => {
  const send = (init: RequestInit, path = 'profile.setAvatar') =>
    fetch(`${app.url}/trpc/${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', ...bearer(asha.accessToken), ...init.headers },
    });

  it.each([
    ['the same key twice', '{"data":"a","data":"b"}', 'data'],
    ['__proto__', '{"__proto__":{}}', 'input'],
    ['text that is not JSON', '{"data":', 'input'],
    ['an unknown field', '{"data":"QQ==","role":"ADMIN"}', 'role'],
  ])('hostile JSON is refused: %s', async (_name, body, field) => {
    const answer = await send({ method: 'POST', body });
    const { error } = (await answer.json()) as { error: { data: { code: string; fields: object } } };
    expect([answer.status, error.data.code, Object.keys(error.data.fields)]).toEqual([
      400,
      'INVALID_INPUT',
      [field],
    ]);
  });

  it('other media types are refused', async () => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'image/png']) {
      const answer = await send({ method: 'POST', body: 'x', headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
    }
  });

  it('other methods are 405, as for every mutation', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const [ours, others] = await Promise.all([send({ method }), send({ method }, 'profile.update')]);
      expect([ours.status, ours.headers.get('allow')]).toEqual([others.status, others.headers.get('allow')]);
      expect(ours.status).toBe(405);
    }
  });

  it('a page of another site is refused', async () => {
    const { cookie } = await signInBrowser(app, asha);
    const headers = { origin: 'https://elsewhere.example', 'content-type': 'application/json', cookie };
    const place = `${app.url}/trpc/profile.setAvatar`;
    const answer = await fetch(place, { method: 'POST', body: '{"data":"QQ=="}', headers });
    expect(answer.status).toBe(403);
  });

  it('a streamed batch is refused', async () => {
    const headers = { 'trpc-accept': 'application/jsonl' };
    const answer = await send({ method: 'POST', body: '{"0":{}}', headers }, 'profile.setAvatar?batch=1');
    expect(answer.status).toBe(400);
  });

  it('has the procedure’s name in the metrics', async () => {
    await send({ method: 'POST', body: '{}' });
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/_count\{method="POST",route="\/trpc\/profile\.setAvatar",status="400"\}/);
  });
});
