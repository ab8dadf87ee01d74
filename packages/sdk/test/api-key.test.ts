import { inspect } from 'node:util';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { createTruConn, memoryStorage, type TruConnOptions } from '../src/index.ts';
import { endingOf, errorOf } from './support/errors.ts';
import { beginStream, leave, take, tellLedger } from './support/event-stream.ts';
import { CREDENTIALS, open } from './support/open-server.ts';
import { answer, refuse, reset, type ScriptedServer, startServer } from './support/scripted-server.ts';

const apiKey = `tck_${'0123456789abcdef'.repeat(4)}`;
const PAGE = { items: [], nextCursor: null };
const WISH = { userId: 'asha', categoryId: 4, purpose: 'Care' };

const connect = ({ url }: ScriptedServer, options: Partial<TruConnOptions> = {}) =>
  createTruConn({ baseUrl: url, ...options, apiKey } as TruConnOptions);
const credentialsOf = ({ requests }: ScriptedServer) => requests.map(({ headers }) => headers.authorization);

afterEach(() => vi.unstubAllGlobals());

describe('an API key', () => {
  it('goes with queries, alone and in batches, with mutations and with streams, and never in a URL', async () => {
    await using server = await startServer(answer(PAGE), answer(PAGE), answer({}), tellLedger(1, 1, leave));
    const { orgAccess } = connect(server);
    await orgAccess.outgoing();
    await Promise.all([orgAccess.outgoing(), orgAccess.organization()]);
    await orgAccess.request(WISH);
    expect(await take(orgAccess.watch() as never, 1)).toEqual([1]);
    expect(server.requests.map(({ paths }) => paths.join())).toEqual([
      'orgAccess.outgoing',
      'orgAccess.outgoing,orgAccess.organization',
      'orgAccess.request',
      'orgAccess.watch',
    ]);
    expect(credentialsOf(server)).toEqual(Array(4).fill(`Bearer ${apiKey}`));
    expect(server.requests.filter(({ url }) => url.includes('tck_'))).toEqual([]);
  });

  it('goes with no procedure that is for everybody', async () => {
    await using server = await startServer(answer({}));
    await connect(server).auth.requestPasswordReset({ email: 'asha@example.org' });
    expect(credentialsOf(server)).toEqual([undefined]);
  });

  it('is shown by no client that is looked at', async () => {
    await using server = await startServer(answer(PAGE));
    const truconn = connect(server);
    expect(inspect(truconn, { depth: 9, showHidden: true }) + JSON.stringify(truconn)).not.toContain('tck_');
  });

  it('that is refused is refused at once: there is nothing to renew', async () => {
    await using server = await startServer(refuse('UNAUTHENTICATED', 401));
    const truconn = connect(server);
    expect(await errorOf(truconn.orgAccess.outgoing())).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
    });
    expect(await endingOf(truconn.orgAccess.request(WISH))).toBe('UNAUTHENTICATED');
    expect(server.requests).toHaveLength(2);
  });

  it('goes along when a call or a stream is tried again', async () => {
    await using server = await startServer(reset, answer(PAGE), reset, answer({}), tellLedger(3, 1, leave));
    const { orgAccess } = connect(server);
    await orgAccess.outgoing();
    await orgAccess.request(WISH, { idempotencyKey: 'ask-1' });
    expect(await take(orgAccess.watch() as never, 3)).toEqual([1, 2, 3]);
    expect(credentialsOf(server)).toEqual(Array(7).fill(`Bearer ${apiKey}`));
  });

  it('that is revoked ends its streams', async () => {
    const error = { message: 'No.', code: -32_001, data: { code: 'UNAUTHENTICATED', httpStatus: 401 } };
    await using server = await startServer(
      (_request, response) => {
        beginStream(response);
        response.end(`event: serialized-error\ndata: ${JSON.stringify(error)}\n\n`);
      },
      refuse('UNAUTHENTICATED', 401),
    );
    expect(await endingOf(take(connect(server).orgAccess.watch() as never, 1))).toBe('UNAUTHENTICATED');
    expect(server.requests).toHaveLength(2);
  });
});

describe('a client with an API key', () => {
  it('has nobody signed in, whatever it is asked', async () => {
    await using server = await startServer(open);
    const truconn = connect(server);
    const nobody = { status: 'signed-out', reason: null };
    expect(truconn.session.state).toEqual(nobody);
    let changes = 0;
    truconn.session.subscribe(() => {
      changes += 1;
    });
    await truconn.orgAccess.outgoing();
    await truconn.auth.signIn(CREDENTIALS);
    await truconn.orgAccess.outgoing();
    expect([truconn.session.state, changes]).toEqual([nobody, 0]);
    expect(credentialsOf(server)).toEqual([`Bearer ${apiKey}`, undefined, `Bearer ${apiKey}`]);
  });

  it('sends no cookie where there is a document', async () => {
    vi.stubGlobal('document', {});
    await using server = await startServer(answer(PAGE));
    const sent: RequestInit[] = [];
    const truconn = connect(server, {
      fetch: (url, init) => {
        sent.push(init ?? {});
        return fetch(url, init);
      },
    });
    await truconn.orgAccess.outgoing();
    truconn.close();
    expect(sent).toEqual([expect.not.objectContaining({ credentials: expect.anything() })]);
    expect(credentialsOf(server)).toEqual([`Bearer ${apiKey}`]);
  });

  it('takes no option of a session', () => {
    const baseUrl = 'https://truconn.example';
    expectTypeOf({ baseUrl, apiKey, retries: 0 }).toExtend<TruConnOptions>();
    expectTypeOf({ baseUrl, apiKey, storage: memoryStorage() }).not.toExtend<TruConnOptions>();
    expectTypeOf({ baseUrl, apiKey, credential: 'cookie' as const }).not.toExtend<TruConnOptions>();
    expectTypeOf({ baseUrl, apiKey, onSessionChange: () => undefined }).not.toExtend<TruConnOptions>();
  });
});
