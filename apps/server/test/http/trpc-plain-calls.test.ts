import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, type SendOptions, startEdge } from './support.ts';
import { testRouter } from './test-router.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;
const post = (body: unknown): SendOptions => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The answer of tRPC's own handler, which knows nothing of ours, for the same router. */
async function askTrpc(path: string, options: SendOptions): Promise<Comparable> {
  const { method = 'GET', body } = options;
  const request = new Request(`http://127.0.0.1${path}`, {
    method,
    ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: String(body ?? '') }),
  });
  const response = await fetchRequestHandler({
    endpoint: '/trpc',
    router: testRouter,
    req: request,
    // The procedures of this router leave the request alone.
    createContext: () => ({ requestId: '', request: {} as FastifyRequest }),
  });
  return comparable(response.status, Object.fromEntries(response.headers), await response.text());
}

interface Comparable {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

function comparable(status: number, headers: Record<string, unknown>, text: string): Comparable {
  const { vary, allow, 'content-type': type } = headers;
  const body: unknown = text && JSON.parse(text, (key, value) => (key === 'requestId' ? '' : value));
  // Fastify names the charset as well.
  return { status, headers: { vary, allow, type: String(type).replace('; charset=utf-8', '') }, body };
}

describe('plain calls are answered as tRPC itself answers them', () => {
  it.each<[string, string, SendOptions?]>([
    ['a query', '/trpc/edge.echo'],
    ['a query with input', `/trpc/edge.echo?${input({ a: ['é', null] })}`],
    ['an input that is null', `/trpc/edge.echo?${input(null)}`],
    ['an input that is false', `/trpc/edge.echo?${input(false)}`],
    ['an empty input', '/trpc/edge.echo?input='],
    ['a mutation', '/trpc/edge.write', post({ a: 1 })],
    ['a mutation without a body', '/trpc/edge.touch', { method: 'POST' }],
    ['a mutation with an input in its URL', `/trpc/edge.write?${input(1)}`, post(2)],
    ['bad input', '/trpc/edge.person', post({ name: 1, x: 2 })],
    ['no input where one is needed', '/trpc/edge.person', { method: 'POST' }],
    ['a wait', `/trpc/edge.fail?${input({ code: 'RATE_LIMITED', retryAfterSeconds: 7 })}`],
    ['nobody', `/trpc/edge.fail?${input({ code: 'UNAUTHENTICATED' })}`],
    ['a crash', '/trpc/edge.crash'],
    ['no database', '/trpc/edge.unreachable'],
    ['an answer of the wrong shape', '/trpc/edge.badOutput'],
    ['a batch of one', `/trpc/edge.echo?batch=1&${input({ 0: 'a' })}`],
    ['a batch with gaps', `/trpc/edge.echo,edge.echo,edge.echo?batch=1&${input({ 0: 'a', 2: 'c', 9: 'z' })}`],
    ['a batch without input', '/trpc/edge.echo,edge.echo?batch=1'],
    ['a batch of mutations', '/trpc/edge.write,edge.touch?batch=1', post({ 0: 'a' })],
    ['a batch of different outcomes', '/trpc/edge.echo,edge.crash?batch=1'],
    ['a batch of equal failures', '/trpc/edge.crash,edge.badOutput?batch=1'],
    ['a batch whose input is a list', '/trpc/edge.echo?batch=1&input=[1]'],
    ['a batch whose input is null', '/trpc/edge.echo?batch=1&input=null'],
    ['a batch of both kinds', '/trpc/edge.echo,edge.touch?batch=1'],
    ['a batch with an unknown name', '/trpc/edge.echo,edge.nope?batch=1'],
    ['a query by POST', '/trpc/edge.echo', post({})],
    ['a mutation by GET', '/trpc/edge.touch'],
    ['a name that every object has', '/trpc/constructor'],
  ])('%s', async (_name, path, options = {}) => {
    const { status, headers, text } = await edge.send(path, options);
    expect(comparable(status, headers, text)).toEqual(await askTrpc(path, options));
  });
});

it('what an answer varies by joins what CORS has said', async () => {
  await using edge = await startEdge({ settings: { corsOrigins: ['https://console.test'] } });
  const answer = await edge.send('/trpc/edge.echo', { headers: { origin: 'https://console.test' } });
  expect(answer.headers.vary).toBe('Origin, trpc-accept, accept');
});
