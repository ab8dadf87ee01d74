import { describe, expect, expectTypeOf, it } from 'vitest';
import { createTruConn, isTruConnError, TruConnError, type TruConnErrorCode } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { answer, Refusal, refuse, startServer } from './support/scripted-server.ts';
import { holdSession, makePair } from './support/tokens.ts';

const FIELDS = { categoryId: ['There is no such category.'], 'fields.0': ['Not of this category.'] };

describe('an error of the server', () => {
  it('has code, message, status, fields and request id', async () => {
    await using server = await startServer(refuse('INVALID_INPUT', 400, { fields: FIELDS }));
    const truconn = createTruConn({ baseUrl: server.url });
    const error = await errorOf(truconn.consent.grant({ categoryId: 99 }));
    expect(error).toBeInstanceOf(TruConnError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'TruConnError',
      code: 'INVALID_INPUT',
      message: 'INVALID_INPUT it is.',
      status: 400,
      fields: FIELDS,
      requestId: 'request-of-INVALID_INPUT',
      retryAfterSeconds: undefined,
    });
  });

  it('of one call in a batch has its own fields, status and request id', async () => {
    const wrong = new Refusal('INVALID_INPUT', 400, { fields: FIELDS, requestId: 'r-7' });
    await using server = await startServer(
      answer((path: string) => (path === 'consent.history' ? wrong : { items: [] })),
    );
    const truconn = createTruConn({ baseUrl: server.url });
    const [, broken] = await Promise.allSettled([truconn.consent.list(), truconn.consent.history()]);
    expect(broken).toMatchObject({
      reason: { code: 'INVALID_INPUT', status: 400, fields: FIELDS, requestId: 'r-7' },
    });
  });

  it.each([
    ['in the error', refuse('RATE_LIMITED', 429, { retryAfterSeconds: 7 }), 7],
    ['in the header', refuse('RATE_LIMITED', 429, {}, { 'retry-after': '9' }), 9],
  ])('that names the time to wait %s has retryAfterSeconds', async (_where, reply, seconds) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url, retries: 0 });
    expect(await errorOf(truconn.auth.me())).toMatchObject({ status: 429, retryAfterSeconds: seconds });
  });

  it('of a newer server, with a code that this package does not know, comes as it is', async () => {
    const data = { code: 'CONSENT_FROZEN', httpStatus: 423, requestId: 'r-8' };
    await using server = await startServer((_request, response) => {
      response.writeHead(423, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'It is frozen.', code: -32_600, data } }));
    });
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await errorOf(truconn.consent.grant({ categoryId: 4 }))).toMatchObject({
      code: 'CONSENT_FROZEN',
      status: 423,
      message: 'It is frozen.',
    });
  });

  it('tells nothing of what was sent', async () => {
    await using server = await startServer(refuse('INVALID_CREDENTIALS', 401));
    const truconn = createTruConn({ baseUrl: server.url });
    const error = await errorOf(truconn.auth.signIn({ identifier: 'asha', password: 'plum-orbit-lantern' }));
    expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('plum-orbit');
  });
});

it('UNAUTHENTICATED that no server said has the status that it has where one says it', async () => {
  await using server = await startServer(
    answer((path: string) =>
      path === 'auth.signIn'
        ? { user: { id: 'bina' }, session: { id: 'session-2' }, ...makePair({ session: 'session-2' }) }
        : { items: [{ seq: 1 }], nextCursor: '1' },
    ),
  );
  const truconn = createTruConn({ baseUrl: server.url, storage: await holdSession() });
  const reading = async () => {
    for await (const _entry of truconn.consent.ledger.all()) {
      await truconn.auth.signIn({ identifier: 'bina', password: 'plum-orbit' });
    }
  };
  expect(await errorOf(reading())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
  expect(server.requests.map(({ paths }) => paths[0])).toEqual(['consent.ledger', 'auth.signIn']);
});

describe('isTruConnError', () => {
  const error: unknown = new TruConnError('RATE_LIMITED', { message: 'Wait.', retryAfterSeconds: 3 });

  it('knows errors of this package, with any or with certain codes', () => {
    expect(isTruConnError(error)).toBe(true);
    expect(isTruConnError(error, 'RATE_LIMITED')).toBe(true);
    expect(isTruConnError(error, 'FORBIDDEN', 'RATE_LIMITED')).toBe(true);
    expect(isTruConnError(error, 'FORBIDDEN')).toBe(false);
  });

  it.each([null, undefined, 'RATE_LIMITED', 7, {}, { code: 'RATE_LIMITED' }, new Error('RATE_LIMITED')])(
    'does not take %j for one',
    (other) => {
      expect(isTruConnError(other)).toBe(false);
      expect(isTruConnError(other, 'RATE_LIMITED')).toBe(false);
    },
  );

  it('knows the errors of another copy of the package', async () => {
    const other: typeof import('../src/errors.ts') = await import(copyOf('../src/errors.ts'));
    const foreign = new other.TruConnError('FORBIDDEN', { message: 'No.' });
    expect(foreign).not.toBeInstanceOf(TruConnError);
    expect(isTruConnError(foreign, 'FORBIDDEN')).toBe(true);
    expect(other.isTruConnError(error, 'RATE_LIMITED')).toBe(true);
    expect(other.isTruConnError(error, 'FORBIDDEN')).toBe(false);
  });

  it('narrows to the codes it was asked for', () => {
    if (!isTruConnError(error)) throw error;
    expectTypeOf(error.code).toEqualTypeOf<TruConnErrorCode>();
    expectTypeOf(error.retryAfterSeconds).toEqualTypeOf<number | undefined>();
    const caught: unknown = error;
    if (!isTruConnError(caught, 'RATE_LIMITED', 'OVERLOADED')) throw error;
    expectTypeOf(caught).toEqualTypeOf<TruConnError<'RATE_LIMITED' | 'OVERLOADED'>>();
    expectTypeOf(caught.code).toEqualTypeOf<'RATE_LIMITED' | 'OVERLOADED'>();
    // @ts-expect-error a code that nobody throws
    isTruConnError(caught, 'CONSENT_NOT_GIVEN');
  });
});

// The query makes it a module of its own, as CommonJS beside ES modules does.
function copyOf(path: string): string {
  return `${path}?copy`;
}
