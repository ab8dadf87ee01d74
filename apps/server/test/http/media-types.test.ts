import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type Edge, parseRaw, startEdge } from './support.ts';
import { ran } from './test-router.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const FORM = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';

describe.each(['/plain', '/trpc/edge.write', '/trpc/edge.touch'])('%s reads JSON alone', (path) => {
  it.each([
    ['text/plain', '{}'],
    ['text/plain', ''],
    ['multipart/form-data; boundary=x', FORM],
    ['multipart/form-data; boundary=x', ''],
    ['application/x-www-form-urlencoded', 'a=1'],
    ['application/octet-stream', 'x'],
    ['application/octet-stream', ''],
    ['application/xml', '<a/>'],
    ['application/json; charset=utf-16', '{}'],
    ['application/json; charset=utf-8; x=multipart/form-data', '{}'],
    ['application/jsonp', '{}'],
    ['application/ld+json', '{}'],
    ['application/json, text/plain', '{}'],
    ['text/plain; application/json', '{}'],
    ['', '{}'],
    ['nonsense', ''],
  ])('%j with body %j is 415 and nothing runs', async (type, body) => {
    const before = ran.count;
    const answer = await edge.send(path, { method: 'POST', headers: { 'content-type': type }, body });
    expect(answer.status).toBe(415);
    expect(path === '/plain' ? answer.json.code : codeOf(answer)).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(ran.count).toBe(before);
  });

  it('a body without a type is 415', async () => {
    expect((await edge.send(path, { method: 'POST', body: '{}' })).status).toBe(415);
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(parseRaw(await edge.raw(`${head}2\r\n{}\r\n0\r\n\r\n`)).status).toBe(415);
  });

  it('neither body nor type is fine', async () => {
    expect((await edge.send(path, { method: 'POST' })).status).toBe(200);
    expect((await edge.send(path, { method: 'POST', headers: { 'content-length': '0' } })).status).toBe(200);
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON',
    ' application/json ;',
  ])('%j is read', async (type) => {
    const answer = await edge.send(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"a":1}',
    });
    expect(answer.status).toBe(200);
  });

  it('compressed bodies are 415', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip', 'x']) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const answer = await edge.send(path, { method: 'POST', headers, body: gzipSync('{}') });
      expect(answer.status).toBe(415);
    }
    const headers = { 'content-type': 'application/json', 'content-encoding': 'Identity' };
    expect((await edge.send(path, { method: 'POST', headers, body: '{}' })).status).toBe(200);
  });

  it.each([
    ['a duplicate key', '{"a":1,"a":2}'],
    ['__proto__', '{"__proto__":1}'],
    ['NUL', '{"a":"\\u0000"}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['deep nesting', `${'['.repeat(40)}${']'.repeat(40)}`],
    ['broken JSON', '{'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', '\uFEFF{}'],
  ])('%s is 400 and nothing runs', async (_name, body) => {
    const before = ran.count;
    const headers = { 'content-type': 'application/json' };
    const answer = await edge.send(path, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    if (path !== '/plain') expect(codeOf(answer)).toBe('INVALID_INPUT');
    expect(ran.count).toBe(before);
  });
});

it('an empty JSON body is {} on REST and no input on tRPC', async () => {
  const headers = { 'content-type': 'application/json' };
  expect((await edge.send('/plain', { method: 'POST', headers })).json.body).toEqual({});
  expect((await edge.send('/trpc/edge.write', { method: 'POST', headers })).json).toEqual({
    result: { data: {} },
  });
});

it('REST names the field of a hostile body', async () => {
  const answer = await edge.send('/plain', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":{"b":[1,2,3,"\\u0000"]}}',
  });
  expect(answer.json).toEqual({ 'a.b[3]': ['The text holds a NUL character.'] });
});
