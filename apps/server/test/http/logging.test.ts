import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, startEdge } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    routes: (app) => {
      app.get('/log', (request) => {
        request.log.info({
          authorization: 'SECRET',
          headers: { Authorization: 'SECRET', cookie: 'SECRET', 'set-cookie': ['SECRET'], host: 'shown' },
          list: [{ password: 'SECRET', newPassword: 'SECRET', password_confirm: 'SECRET' }],
          a: {
            b: {
              c: {
                tokenHash: 'SECRET',
                accessToken: 'SECRET',
                refresh_token: 'SECRET',
                clientSecret: 'SECRET',
              },
            },
          },
        });
        return {};
      });
      app.get('/boom', () => {
        const pg = Object.assign(
          new Error('duplicate key value violates unique constraint "users_email_key"'),
          {
            code: '23505',
            detail: 'Key (email)=(PERSONAL) already exists.',
            where: 'PERSONAL',
            hint: 'PERSONAL',
            parameters: ['PERSONAL'],
            query: 'select PERSONAL',
          },
        );
        throw Object.assign(new Error('sign-up failed', { cause: pg }), { input: 'PERSONAL' });
      });
    },
  });
});
afterAll(() => edge[Symbol.asyncDispose]());

const lineOf = async (requestId: unknown, message = 'request') => {
  const find = () => edge.logs().find((log) => log.requestId === requestId && log.msg === message);
  await expect.poll(find).toBeDefined();
  return find() ?? {};
};

describe('one line for each request', () => {
  it('says id, method, path, status, time and address, and nothing else', async () => {
    const answer = await edge.send('/plain?email=a@b.c&token=abc', {
      headers: { authorization: 'Bearer abc', cookie: 'sessionid=abc', 'user-agent': 'abc' },
    });
    const line = await lineOf(answer.headers['x-request-id']);
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String),
      requestId: answer.headers['x-request-id'],
      method: 'GET',
      path: '/plain',
      ip: '127.0.0.1',
      status: 200,
      ms: expect.any(Number),
      msg: 'request',
    });
    expect(edge.rawLogs()).not.toContain('abc');
    expect(edge.logs().filter((log) => log.requestId === answer.headers['x-request-id'])).toHaveLength(1);
  });

  it('bodies are not logged, not even bad ones', async () => {
    await edge.post('/trpc/edge.person', { name: 'BODY-VALUE', extra: 'BODY-VALUE' });
    await edge.send('/plain', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"p":"BODY-VALUE"',
    });
    expect(edge.rawLogs()).not.toContain('BODY-VALUE');
  });

  it('a client that hangs up is logged as cut, with its address', async () => {
    const client = new AbortController();
    const answer = fetch(`http://127.0.0.1:${edge.port}/trpc/edge.slow?input=200`, { signal: client.signal });
    setTimeout(() => client.abort(), 50);
    await expect(answer).rejects.toThrow();
    const find = () => edge.logs().find((log) => log.path === '/trpc/edge.slow');
    await expect.poll(find).toMatchObject({ ip: '127.0.0.1', cut: true });
    // The procedure ends later; the request is not logged again.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(edge.logs().filter((log) => log.path === '/trpc/edge.slow')).toHaveLength(1);
    expect((await edge.send('/metrics')).text).toContain(
      'http_requests_cut_total{method="GET",route="/trpc/edge.slow"} 1',
    );
  });

  it('a refused connection is logged without what it sent', async () => {
    await edge.raw(
      'GET /plain HTTP/1.1\r\nHost: localhost\r\nAuthorization: RAW-VALUE\r\nBad Header\r\n\r\n',
    );
    await expect
      .poll(() => edge.logs().find((log) => log.msg === 'connection refused'))
      .toMatchObject({ status: 400 });
    expect(edge.rawLogs()).not.toContain('RAW-VALUE');
  });
});

describe('a client cannot write a log line', () => {
  it.each([
    ['escaped line ends in the path', '/x%0d%0a{"level":"info","msg":"forged"}'],
    ['escaped line ends in the query', '/x?a=%0d%0aforged'],
    ['line separators', '/x%e2%80%a8forged'],
  ])('%s', async (_name, path) => {
    const before = edge.rawLogs().split('\n').length;
    const answer = await edge.send(encodeURI(decodeURI(path)).replaceAll('%25', '%'));
    const line = await lineOf(answer.headers['x-request-id']);
    expect(edge.rawLogs().split('\n').length - before).toBe(1);
    expect(line.path).toMatch(/^[\x21-\x7e]*$/);
  });

  it('control bytes in the request line are not repeated', async () => {
    for (const byte of [0x9b, 0x85, 0xff, 0x1b, 0x00, 0x0b]) {
      const target = Buffer.concat([Buffer.from('/x'), Buffer.from([byte]), Buffer.from('forged')]);
      const rest = Buffer.from(' HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      await edge.raw(Buffer.concat([Buffer.from('GET '), target, rest]));
    }
    expect(Buffer.from(edge.rawLogs()).every((byte) => byte === 0x0a || (byte >= 0x20 && byte < 0x7f))).toBe(
      true,
    );
  });

  it('every line is JSON', () => {
    expect(() => edge.logs()).not.toThrow();
  });
});

describe('secrets never reach the log', () => {
  it('in objects, at any depth and in any spelling', async () => {
    await edge.send('/log');
    expect(edge.rawLogs()).toContain('[hidden]');
    expect(edge.rawLogs()).toContain('shown');
    expect(edge.rawLogs()).not.toContain('SECRET');
  });

  it('errors keep message, stack, code and cause, and lose what quotes people', async () => {
    const answer = await edge.send('/boom');
    const line = await lineOf(answer.headers['x-request-id'], 'request failed');
    expect(line.err).toMatchObject({
      message: 'sign-up failed',
      stack: expect.stringContaining('logging.test.ts'),
      cause: { code: '23505', message: expect.stringContaining('users_email_key') },
    });
    expect(edge.rawLogs()).not.toContain('PERSONAL');
  });
});
