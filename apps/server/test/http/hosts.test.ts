import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostMatcher } from '../../src/http/hosts.ts';
import { codeOf, type Edge, parseRaw, startEdge } from './support.ts';

describe('hostMatcher', () => {
  it.each([
    [['truconn.org'], 'truconn.org', true],
    [['truconn.org'], 'TruConn.ORG:8000', true],
    [['TRUCONN.org'], 'truconn.org', true],
    [['truconn.org'], 'truconn.org.', true],
    [['truconn.org'], 'a.truconn.org', false],
    [['truconn.org'], 'truconn.org.evil.test', false],
    [['truconn.org'], 'eviltruconn.org', false],
    [['.truconn.org'], 'a.b.truconn.org', true],
    [['.truconn.org'], 'truconn.org', true],
    [['.truconn.org'], 'eviltruconn.org', false],
    [['[::1]'], '[::1]:8000', true],
    [['127.0.0.1'], '127.0.0.1:1', true],
    [['*'], 'anything.test', true],
    [['*'], '', false],
    [['*'], 'a b', false],
    [['*'], 'evil.test/path', false],
    [['*'], 'user@evil.test', false],
    [['*'], 'a.test:port', false],
    [['*'], 'a.test, b.test', false],
    [['truconn.org'], 'truconn.org:80@evil.test', false],
    [['truconn.org'], 'truconn.org\\@evil.test', false],
    [[], 'localhost', false],
  ])('%j and %j: %s', (allowed, host, expected) => {
    expect(hostMatcher(allowed)(host)).toBe(expected);
  });
});

describe('requests for other hosts are refused', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge[Symbol.asyncDispose]());

  it('an unknown host is 400 HOST_REFUSED on both faces', async () => {
    const rest = await edge.send('/plain', { headers: { host: 'evil.test' } });
    expect(rest.status).toBe(400);
    expect(rest.json.code).toBe('HOST_REFUSED');
    const trpc = await edge.send('/trpc/edge.echo', { headers: { host: 'evil.test' } });
    expect(trpc.status).toBe(400);
    expect(codeOf(trpc)).toBe('HOST_REFUSED');
  });

  it.each([
    ['no Host', 'GET /plain HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET /plain HTTP/1.0\r\n\r\n', 400],
    ['an empty Host', 'GET /plain HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 400],
    [
      'two Hosts',
      'GET /plain HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'another host in the target',
      'GET http://evil.test/plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'the same host in the target',
      'GET http://localhost/plain HTTP/1.1\r\nHost: LOCALHOST\r\nConnection: close\r\n\r\n',
      200,
    ],
  ])('%s', async (_name, bytes, status) => {
    const answer = parseRaw(await edge.raw(bytes));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json.code).toBe('HOST_REFUSED');
  });
});

describe('forwarded headers', () => {
  const forwarded = {
    host: 'localhost',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'truconn.test',
    'x-forwarded-proto': 'https',
  };

  it('change nothing when no proxy is trusted, nor from a stranger', async () => {
    for (const trustedProxies of [[], ['10.0.0.0/8']]) {
      await using edge = await startEdge({ settings: { trustedProxies } });
      const answer = await edge.send('/whoami', { headers: forwarded });
      expect(answer.json).toEqual({ ip: '127.0.0.1', host: 'localhost', protocol: 'http' });
    }
  });

  it('are believed from a trusted proxy, and the forwarded host is checked', async () => {
    await using edge = await startEdge({ settings: { trustedProxies: ['127.0.0.0/8'] } });
    const answer = await edge.send('/whoami', { headers: forwarded });
    expect(answer.json).toEqual({ ip: '203.0.113.7', host: 'truconn.test', protocol: 'https' });
    const evil = await edge.send('/whoami', { headers: { ...forwarded, 'x-forwarded-host': 'evil.test' } });
    expect(evil.status).toBe(400);
  });

  it('a client cannot push its own address through the proxy', async () => {
    await using edge = await startEdge({ settings: { trustedProxies: ['127.0.0.1'] } });
    const answer = await edge.send('/whoami', {
      headers: { ...forwarded, 'x-forwarded-for': '1.1.1.1, 203.0.113.7' },
    });
    expect(answer.json.ip).toBe('203.0.113.7');
  });
});
