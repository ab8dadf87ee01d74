import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Edge, type SendOptions, startEdge } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ settings: { corsOrigins: ['https://console.test'] } });
});
afterAll(() => edge[Symbol.asyncDispose]());

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;
const post = (body: unknown): SendOptions => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

// tRPC reads this header as "no stream", and the server takes it for a reason to let tRPC answer.
const LONG_WAY = { 'trpc-accept': 'application/json' };

function comparable({ status, headers, json, text }: Answer) {
  const { date, 'x-request-id': requestId, ...others } = headers;
  expect([date, requestId]).not.toContain(undefined);
  return {
    status,
    headers: others,
    json: JSON.parse(text.replaceAll(String(requestId), '(id)') || 'null'),
    is: typeof json,
  };
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
    ['another page', '/trpc/edge.echo', { headers: { origin: 'https://console.test' } }],
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
    ['HEAD', '/trpc/edge.echo', { method: 'HEAD' }],
    ['a query by POST', '/trpc/edge.echo', post({})],
    ['a mutation by GET', '/trpc/edge.touch'],
    ['a name that every object has', '/trpc/constructor'],
  ])('%s', async (_name, path, options = {}) => {
    const short = await edge.send(path, options);
    const long = await edge.send(path, { ...options, headers: { ...options.headers, ...LONG_WAY } });
    expect(comparable(short)).toEqual(comparable(long));
  });
});
