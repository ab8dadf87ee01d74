import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError, invalidField } from '../../src/domain/domain-error.ts';
import { isDatabaseUnavailable } from '../../src/errors/database-errors.ts';
import { translateError } from '../../src/errors/translate-error.ts';
import { type Edge, startEdge } from './support.ts';

let edge: Edge;
let toThrow: unknown;
beforeAll(async () => {
  edge = await startEdge({
    routes: (app) => {
      app.get('/throw', () => {
        throw toThrow;
      });
      app.get('/unserializable', () => ({ big: 1n }));
    },
  });
});
afterAll(() => edge[Symbol.asyncDispose]());

const thrown = (error: unknown) => {
  toThrow = error;
  return edge.send('/throw');
};

describe('REST errors have the documents’ shapes', () => {
  const documented: [ErrorCode, number, object][] = [
    ['UNAUTHENTICATED', 401, { detail: 'Authentication credentials were not provided.' }],
    [
      'INVALID_CREDENTIALS',
      401,
      {
        detail: 'The e-mail or username and the password do not match.',
        error: 'The e-mail or username and the password do not match.',
      },
    ],
    ['FORBIDDEN', 403, { detail: 'You do not have permission to perform this action.' }],
    ['NOT_FOUND', 404, { detail: 'Not found.' }],
    ['EMAIL_TAKEN', 400, { email: ['An account with this e-mail address already exists.'] }],
    ['USERNAME_TAKEN', 400, { username: ['An account with this username already exists.'] }],
    ['CONSENT_NOT_GRANTED', 400, { error: 'User has not granted this consent.' }],
    ['INVALID_TRANSITION', 400, { error: 'The present state does not allow this step.' }],
  ];

  it.each(documented)('%s is %i', async (code, status, body) => {
    const answer = await thrown(new DomainError(code));
    expect([answer.status, answer.json]).toEqual([status, body]);
  });

  it('a reason that procedures tell is not told where the documents have one sentence', async () => {
    for (const code of ['FORBIDDEN', 'NOT_FOUND'] as const) {
      const answer = await thrown(new DomainError(code, { message: 'This is for owners.' }));
      expect(answer.json).toEqual({ detail: ERROR_CODES[code].message });
    }
  });

  it('a wrong current password is 400 on its field', async () => {
    const fields = { old_password: ['The current password is wrong.'] };
    const answer = await thrown(new DomainError('INVALID_CREDENTIALS', { fields }));
    expect([answer.status, answer.json]).toEqual([400, fields]);
  });

  const others = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
    (code) => !documented.some(([known]) => known === code),
  );
  it.each(others)('%s has the registry’s status and sentence', async (code) => {
    const answer = await thrown(new DomainError(code));
    expect(answer.status).toBe(ERROR_CODES[code].status);
    expect(answer.json.detail).toBe(ERROR_CODES[code].message);
  });

  it('404 and 405, with Allow, also with a trailing slash', async () => {
    expect((await edge.send('/nowhere')).json).toEqual({ detail: 'Not found.' });
    for (const path of ['/items/7', '/items/7/']) {
      const answer = await edge.send(path);
      expect(answer.status).toBe(405);
      expect(answer.json).toEqual({ detail: 'Method "GET" not allowed.' });
      expect(answer.headers.allow).toBe('PUT');
    }
  });

  it('fields are the body, and what belongs to none is non_field_errors', async () => {
    expect((await thrown(invalidField('email', 'Enter an e-mail address.'))).json).toEqual({
      email: ['Enter an e-mail address.'],
    });
    expect((await thrown(invalidField('input', 'No.'))).json).toEqual({ non_field_errors: ['No.'] });
  });

  it.each(['%zz', '%', '%C3', '%u0031'])('a URL with %s, which cannot be decoded, is none', async (text) => {
    const answer = await edge.send(`/items/${text}`);
    expect([answer.status, answer.json]).toEqual([404, { detail: 'Not found.' }]);
  });

  it('RATE_LIMITED says when to try again', async () => {
    const answer = await thrown(new DomainError('RATE_LIMITED', { retryAfterSeconds: 61.2 }));
    expect(answer.headers['retry-after']).toBe('62');
  });
});

describe('a 500 says a request id and nothing else', () => {
  it.each([
    ['an Error', new Error('password=hunter2')],
    ['an Error with a status', Object.assign(new Error('hunter2'), { statusCode: 418, code: 'EVIL' })],
    ['an Error with headers', Object.assign(new Error('hunter2'), { headers: { 'x-leak': 'hunter2' } })],
    [
      'a constraint of the database',
      Object.assign(new Error('hunter2'), { code: '23505', detail: 'hunter2' }),
    ],
    ['a string', 'hunter2'],
    ['an object', { hunter2: true }],
    ['null', null],
    ['undefined', undefined],
  ])('%s', async (_name, error) => {
    const answer = await thrown(error);
    expect(answer.status).toBe(500);
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain('hunter2');
    expect(answer.json).toEqual({
      detail: ERROR_CODES.INTERNAL.message,
      code: 'INTERNAL',
      request_id: answer.headers['x-request-id'],
    });
  });

  it('what cannot be serialized', async () => {
    const answer = await edge.send('/unserializable');
    expect(answer.status).toBe(500);
    expect(answer.json.code).toBe('INTERNAL');
    expect(answer.text).not.toContain('BigInt');
  });
});

describe('a database that cannot be reached is UNAVAILABLE', () => {
  const pg = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more });

  it.each([
    ['refused', pg('ECONNREFUSED', { syscall: 'connect' })],
    ['no such socket', pg('ENOENT', { syscall: 'connect' })],
    ['name not found', pg('ENOTFOUND', { syscall: 'getaddrinfo' })],
    ['cut', pg('ECONNRESET', { syscall: 'read' })],
    [
      'refused on both families',
      Object.assign(new AggregateError([pg('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    ],
    ['shutting down', pg('57P01')],
    ['starting', pg('57P03')],
    ['too many connections', pg('53300')],
    ['statement timeout', pg('57014')],
    ['lock timeout', pg('55P03')],
    ['connection failure', pg('08006')],
    ['the pool is exhausted', new Error('timeout exceeded when trying to connect')],
    ['the connection ended', new Error('Connection terminated unexpectedly')],
    ['as a cause', new Error('query failed', { cause: pg('57P01') })],
  ])('%s', async (_name, error) => {
    const answer = await thrown(error);
    expect(answer.status).toBe(503);
    expect(answer.json.code).toBe('UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('2');
    expect(
      edge.logs().some((log) => log.requestId === answer.headers['x-request-id'] && log.level === 'warn'),
    ).toBe(true);
  });

  it.each([
    ['a unique violation', pg('23505')],
    ['a syntax error', pg('42601')],
    ['a missing file', pg('ENOENT', { syscall: 'open' })],
    ['another Error', new Error('x')],
    ['no Error', { code: '57P01' }],
  ])('%s is not', (_name, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  it('causes that form a loop end', () => {
    const loop = new Error('a');
    loop.cause = loop;
    expect(isDatabaseUnavailable(loop)).toBe(false);
  });
});

it('a client that hangs up while sending is no error of ours', () => {
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
  expect(translateError(aborted).code).toBe('REQUEST_TIMEOUT');
});
