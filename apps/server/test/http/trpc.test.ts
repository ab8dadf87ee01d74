import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type Edge, errorData, startEdge } from './support.ts';
import { ran } from './test-router.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const input = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const batch = (calls: number, name = 'edge.echo') => Array(calls).fill(name).join(',');

describe('a batch has at most ten calls', () => {
  it('ten are answered', async () => {
    const answer = await edge.send(`/trpc/${batch(10)}?batch=1&input=${input({ 0: 'a', 9: 'b' })}`);
    expect(answer.status).toBe(200);
    expect(answer.json).toHaveLength(10);
    expect(answer.json[9]).toEqual({ result: { data: { input: 'b' } } });
  });

  it.each([
    ['GET', `/trpc/${batch(11)}?batch=1`],
    ['POST', `/trpc/${batch(11, 'edge.touch')}?batch=1`],
    ['GET', `/trpc/${batch(11).replaceAll(',', '%2C')}?batch=1`],
    ['GET', `/trpc/${batch(11).replaceAll(',', '%252C')}?batch=1`],
    ['GET', `/trpc/${batch(11)}?%62atch=1`],
    ['GET', `/trpc/${','.repeat(10)}?batch=1`],
    ['GET', `/trpc/${batch(1000, 'a')}?batch=1`],
  ])('more are refused whole before any runs: %s %s', async (method, path) => {
    const before = ran.count;
    const answer = await edge.send(path, { method });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('BATCH_TOO_LARGE');
    expect(ran.count).toBe(before);
  });

  it('however long their names are', async () => {
    const name = 'x'.repeat(1_000);
    const answer = await edge.send(`/trpc/${batch(10, name)}?batch=1`);
    expect(answer.status).toBe(404);
    expect(answer.json).toHaveLength(10);
  });

  it('different outcomes are 207, one outcome is its status', async () => {
    const mixed = await edge.send(`/trpc/edge.echo,edge.crash?batch=1`);
    expect(mixed.status).toBe(207);
    expect(mixed.json[0].result).toBeDefined();
    expect(codeOf({ json: mixed.json[1] })).toBe('INTERNAL');
    expect((await edge.send(`/trpc/nope,nope.too?batch=1`)).status).toBe(404);
  });
});

describe('the input in a URL is guarded like a body', () => {
  it.each([
    ['a duplicate key', `input=${encodeURIComponent('{"a":1,"a":2}')}`],
    ['__proto__', `input=${encodeURIComponent('{"__proto__":1}')}`],
    ['NUL', `input=${encodeURIComponent('"\\u0000"')}`],
    ['a raw NUL', 'input=%22%00%22'],
    ['a lone surrogate', `input=${encodeURIComponent('"\\ud800"')}`],
    ['deep nesting', `input=${'['.repeat(40)}${']'.repeat(40)}`],
    ['broken JSON', 'input={'],
    ['broken percent-encoding', 'input=%zz'],
    ['a cut escape', 'input=%22%e2%82%22'],
    ['an overlong escape', 'input=%22%c0%af%22'],
    ['two inputs', 'input=1&input=2'],
    ['two inputs, one disguised', 'input=1&%69nput=2'],
    ['a disguised hostile input', `%69nput=${encodeURIComponent('{"__proto__":1}')}`],
    ['a hostile input in a batch', `batch=1&input=${encodeURIComponent('{"0":{"a":1,"a":2}}')}`],
    ['credentials', `connectionParams=${encodeURIComponent('{"token":"x"}')}`],
  ])('%s is 400 and nothing runs', async (_name, query) => {
    const before = ran.count;
    const answer = await edge.send(`/trpc/edge.echo?${query}`);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('INVALID_INPUT');
    expect(Object.keys(errorData(answer).fields ?? {})).toHaveLength(1);
    expect(ran.count).toBe(before);
  });

  it('ordinary input arrives whole', async () => {
    const value = { a: 'é 😀 % + &', b: [1, { c: null }] };
    const answer = await edge.send(`/trpc/edge.echo?input=${input(value)}`);
    expect(answer.json).toEqual({ result: { data: { input: value } } });
    expect((await edge.send('/trpc/edge.echo?input=%22a+b%22')).json.result.data.input).toBe('a b');
    expect((await edge.send('/trpc/edge.echo')).json.result.data).toEqual({});
  });
});

describe('what no procedure answers', () => {
  it('an unknown path is 404 without repeating it', async () => {
    const answer = await edge.send('/trpc/secret.path');
    expect(answer.status).toBe(404);
    expect(codeOf(answer)).toBe('NOT_FOUND');
    expect(answer.text).not.toContain('secret.path');
    for (const path of [
      '/trpc',
      '/trpc/',
      '/trpc/a/b',
      '/trpc/constructor',
      '/trpc/__proto__',
      '/trpc/edge',
      '/%74rpc/x',
    ]) {
      const other = await edge.send(path);
      expect(other.status, path).toBe(404);
      expect(codeOf(other), path).toBe('NOT_FOUND');
    }
  });

  it('a wrong method is 405 with Allow', async () => {
    const query = await edge.post('/trpc/edge.echo', {});
    expect([query.status, codeOf(query), query.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET']);
    const mutation = await edge.send('/trpc/edge.touch');
    expect([mutation.status, codeOf(mutation), mutation.headers.allow]).toEqual([
      405,
      'METHOD_NOT_ALLOWED',
      'POST',
    ]);
    for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY']) {
      const answer = await edge.send('/trpc/edge.touch', {
        method,
        headers: { 'content-type': 'application/json' },
      });
      expect([answer.status, codeOf(answer)], method).toEqual([405, 'METHOD_NOT_ALLOWED']);
      expect(answer.headers.allow).toBe('GET, HEAD, POST');
    }
  });

  it('a malformed batch is INVALID_INPUT', async () => {
    for (const path of [
      '/trpc/edge.echo,edge.touch?batch=1',
      '/trpc/edge.echo?batch=1&input=[]',
      '/trpc/%25zz',
    ]) {
      const answer = await edge.send(path);
      expect(answer.status, path).toBe(400);
      const error = Array.isArray(answer.json) ? { json: answer.json[0] } : answer;
      expect(codeOf(error), path).toBe('INVALID_INPUT');
    }
  });
});

describe('subscriptions', () => {
  const stream = (fail: boolean) => `http://127.0.0.1:${edge.port}/trpc/edge.ticks?input=${input({ fail })}`;

  it('events come as they happen, and the procedure ends when the client leaves', async () => {
    const client = new AbortController();
    const ended = ran.endedStreams;
    const response = await fetch(stream(false), { signal: client.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toContain('no-');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('"tick":3')) break;
    }
    client.abort();
    await expect.poll(() => ran.endedStreams).toBe(ended + 1);
  });

  it('an error inside has our code and no stack', async () => {
    const response = await fetch(stream(true));
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('serialized-error')) break;
    }
    expect(text).toContain('"code":"SESSION_EXPIRED"');
    expect(text).not.toContain('stack');
  });
});
