import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type Edge, errorData, startEdge } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const input = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const batch = (calls: number, name = 'edge.echo') => Array(calls).fill(name).join(',');

describe('errors in procedures have the registry’s code and status', () => {
  it.each(Object.entries(ERROR_CODES))('%s', async (code, { status, message }) => {
    const answer = await edge.send(`/trpc/edge.fail?input=${input({ code })}`);
    expect(answer.status).toBe(status);
    expect(answer.json.error.message).toBe(message);
    expect(errorData(answer)).toMatchObject({
      code,
      httpStatus: status,
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.json.error).not.toHaveProperty('data.stack');
    expect(answer.json.error).not.toHaveProperty('data.path');
  });

  it.each<[ErrorCode, number | undefined, string]>([
    ['RATE_LIMITED', 30, '30'],
    ['RATE_LIMITED', 0.2, '1'],
    ['OVERLOADED', undefined, '1'],
    ['UNAVAILABLE', undefined, '2'],
  ])('%s says when to try again', async (code, retryAfterSeconds, header) => {
    const answer = await edge.send(`/trpc/edge.fail?input=${input({ code, retryAfterSeconds })}`);
    expect(answer.headers['retry-after']).toBe(header);
    expect(errorData(answer).retryAfterSeconds).toBe(retryAfterSeconds ?? Number(header));
  });

  it('a batch says the longest wait', async () => {
    const inputs = input({
      0: { code: 'RATE_LIMITED', retryAfterSeconds: 5 },
      1: { code: 'RATE_LIMITED', retryAfterSeconds: 50 },
      2: { code: 'RATE_LIMITED', retryAfterSeconds: 9 },
    });
    const answer = await edge.send(`/trpc/${batch(3, 'edge.fail')}?batch=1&input=${inputs}`);
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBe('50');
  });

  it('401 says how to sign in', async () => {
    const answer = await edge.send(`/trpc/edge.fail?input=${input({ code: 'UNAUTHENTICATED' })}`);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('an unknown error is INTERNAL with the id, and its cause is in the log with that id', async () => {
    const answer = await edge.send('/trpc/edge.crash');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('1234');
    expect(Object.keys(errorData(answer)).sort()).toEqual(['code', 'httpStatus', 'requestId']);
    const line = edge
      .logs()
      .find((log) => log.requestId === answer.headers['x-request-id'] && log.level === 'error');
    expect(line?.err).toMatchObject({ message: 'the secret is 1234' });
    expect(JSON.stringify(line)).not.toContain('a@b.c');
  });

  it('an answer that breaks its own output schema is INTERNAL', async () => {
    const answer = await edge.send('/trpc/edge.badOutput');
    expect(codeOf(answer)).toBe('INTERNAL');
    expect(errorData(answer)).not.toHaveProperty('fields');
  });

  it('an unreachable database is UNAVAILABLE and names no address', async () => {
    const answer = await edge.send('/trpc/edge.unreachable');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.text).not.toContain('10.0.0.1');
  });
});

describe('bad input names its fields', () => {
  const person = async (value: unknown) => errorData(await edge.post('/trpc/edge.person', value)).fields;

  it('missing, unknown, nested and of the wrong type', async () => {
    expect(await person({})).toEqual({ name: ['This field is required.'] });
    expect(await person({ name: 'a', x: 1, y: 2 })).toEqual({
      x: ['This field is not known here.'],
      y: ['This field is not known here.'],
    });
    expect(await person({ name: 'a', address: {} })).toEqual({ 'address.city': ['This field is required.'] });
    expect(await person({ name: 'a', address: { city: 'b', street: 'c' } })).toEqual({
      'address.street': ['This field is not known here.'],
    });
    expect(await person({ name: 'a', tags: ['ok', 1] })).toEqual({
      'tags.1': ['Must be a text.'],
    });
    expect(await person({ name: null })).toEqual({ name: ['Must be a text.'] });
    expect(await person({ name: 'toolong', tags: 1 })).toEqual({
      name: [expect.any(String)],
      tags: [expect.any(String)],
    });
  });

  it('the input as a whole is `input`', async () => {
    expect(await person('text')).toEqual({ input: ['Must be an object.'] });
    const none = await edge.send('/trpc/edge.person', { method: 'POST' });
    expect(errorData(none).fields).toEqual({ input: ['This field is required.'] });
  });

  it('a thousand unknown fields do not make a thousand sentences', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, 1]));
    expect(Object.keys((await person({ name: 'a', ...many })) ?? {}).length).toBeLessThanOrEqual(50);
  });
});
