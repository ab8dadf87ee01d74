import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from '../../src/http/limits.ts';
import { codeOf, type Edge, ignore, parseRaw, startEdge, UUID_V7 } from './support.ts';
import { ran } from './test-router.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const MIB = HTTP_LIMITS.bodyBytes;
const json = { 'content-type': 'application/json' };
const jsonOfLength = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

describe('a body has at most 1 MiB', () => {
  it('exactly 1 MiB is read', async () => {
    const answer = await edge.send('/plain', { method: 'POST', headers: json, body: jsonOfLength(MIB) });
    expect(answer.status).toBe(200);
    expect(answer.json.body).toHaveLength(MIB - 2);
  });

  it('one byte more is 413, on both faces, with the id', async () => {
    const rest = await edge.send('/plain', { method: 'POST', headers: json, body: jsonOfLength(MIB + 1) });
    expect(rest.status).toBe(413);
    expect(rest.json).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', request_id: rest.headers['x-request-id'] });
    const before = ran.count;
    const trpc = await edge.send('/trpc/edge.write', {
      method: 'POST',
      headers: json,
      body: jsonOfLength(MIB + 1),
    });
    expect(trpc.status).toBe(413);
    expect(codeOf(trpc)).toBe('PAYLOAD_TOO_LARGE');
    for (const answer of [rest, trpc]) {
      expect(JSON.stringify(answer.json)).toContain(`at most ${MIB} bytes`);
    }
    expect(ran.count).toBe(before);
  });

  it.each(['/plain', '/trpc/edge.write'])(
    'a chunked body without a length is counted as it comes: %s',
    async (path) => {
      const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const answer = parseRaw(await edge.raw(head + chunk.repeat(17)));
      expect(answer.status).toBe(413);
      expect(answer.headers['x-request-id']).toMatch(UUID_V7);
    },
  );
});

describe('headers and URLs have limits', () => {
  it('headers of 16 KiB are 431 in the envelope of the face, with id and security headers', async () => {
    for (const path of ['/plain', '/trpc/edge.echo']) {
      const answer = parseRaw(
        await edge.raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'x'.repeat(17_000)}\r\n\r\n`),
      );
      expect(answer.status).toBe(431);
      expect(answer.headers['x-request-id']).toMatch(UUID_V7);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-store');
      const code = path === '/plain' ? answer.json.code : codeOf(answer);
      expect(code).toBe('HEADERS_TOO_LARGE');
    }
  });

  it('a URL past 12 KiB is 414, one within is answered', async () => {
    const url = (length: number) =>
      `/trpc/edge.echo?input=${JSON.stringify('x').replace('x', 'x'.repeat(length))}`.replaceAll('"', '%22');
    expect((await edge.send(url(11_000))).status).toBe(200);
    const long = await edge.send(url(12_500));
    expect(long.status).toBe(414);
    expect(codeOf(long)).toBe('URI_TOO_LONG');
    expect((await edge.send(`/plain?${'x'.repeat(12_500)}`)).json.code).toBe('URI_TOO_LONG');
  });

  it('a URL past the header limit is 414 too', async () => {
    const answer = parseRaw(
      await edge.raw(`GET /trpc/x?input=${'x'.repeat(17_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    );
    expect(answer.status).toBe(414);
    expect(codeOf(answer)).toBe('URI_TOO_LONG');
  });
});

describe('slow senders are cut off', () => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400, checkEveryMs: 50 };

  it('headers that drip are 408 within the time, however lively the drip', async () => {
    await using slow = await startEdge({ limits: { ...limits, requestTimeoutMs: 60_000 } });
    const started = Date.now();
    const answer = parseRaw(
      await drip(slow.port, 'GET /plain HTTP/1.1\r\nHost: localhost\r\n', 'X-A: b\r\n'),
    );
    expect(Date.now() - started).toBeLessThan(1_500);
    expect(answer.status).toBe(408);
    expect(answer.json.code).toBe('REQUEST_TIMEOUT');
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
  });

  it('a body that drips is 408 in the envelope of its face, and no procedure runs', async () => {
    await using slow = await startEdge({ limits });
    const before = ran.count;
    const head =
      'POST /trpc/edge.write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n';
    const answer = parseRaw(await drip(slow.port, head, 'x'));
    expect(answer.status).toBe(408);
    expect(codeOf(answer)).toBe('REQUEST_TIMEOUT');
    expect(ran.count).toBe(before);
  });

  it('a silent connection is closed', async () => {
    await using slow = await startEdge({ limits: { connectionTimeoutMs: 200 } });
    const started = Date.now();
    await slow.raw('', 3_000);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('50 drips leave the others answering', async () => {
    await using slow = await startEdge({ limits });
    const drips = Array.from({ length: 50 }, () => drip(slow.port, 'GET /plain HTTP/1.1\r\n', 'X-A: b\r\n'));
    expect((await slow.send('/healthz')).status).toBe(200);
    await Promise.all(drips);
  });

  async function drip(port: number, head: string, piece: string): Promise<string> {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    let open = true;
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', ignore);
    socket.on('close', () => {
      open = false;
    });
    socket.write(head);
    while (open) {
      await sleep(20);
      if (open && socket.writable) socket.write(piece);
    }
    return text;
  }
});

describe('what is not HTTP gets the envelope and a closed connection', () => {
  it.each([
    ['garbage', 'lorem ipsum\r\n\r\n'],
    ['a TLS hello', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
    [
      'two lengths',
      'POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'length and chunks',
      'POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a folded header', 'GET /plain HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c: d\r\n\r\n'],
    ['a bare line feed in a header', 'GET /plain HTTP/1.1\r\nHost: localhost\r\nX-A: b\nX-B: c\r\n\r\n'],
    [
      'a bad chunk size',
      'POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
  ])('%s', async (_name, bytes) => {
    const answer = parseRaw(await edge.raw(bytes));
    expect(answer.status).toBe(400);
    expect(answer.headers.connection).toBe('close');
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.json).toEqual({ non_field_errors: ['This is not a well-formed HTTP request.'] });
  });

  it('garbage after an answered request is answered once more, in order, and the rest is not read', async () => {
    const text = await edge.raw(
      'GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n\u0000\u0001garbage\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    expect(text).not.toContain('"status":"ok"');
    expect(text.match(/HTTP\/1\.1 400/g)).toHaveLength(1);
  });

  it('pipelined requests are answered in order', async () => {
    const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const text = await edge.raw(
      one('/trpc/edge.slow?input=100') + one('/healthz') + one('/plain', 'Connection: close\r\n'),
    );
    expect(text.indexOf('slept')).toBeGreaterThan(0);
    expect(text.indexOf('slept')).toBeLessThan(text.indexOf('"status":"ok"'));
    expect(text.indexOf('"status":"ok"')).toBeLessThan(text.indexOf('hello'));
  });
});
