import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTruConn, type WatchState } from '../src/index.ts';
import { askedAfter, beginStream, leave, take, tellLedger } from './support/event-stream.ts';
import { page, refuse, reset, silence, startServer } from './support/scripted-server.ts';
import { holdSession } from './support/tokens.ts';
import { catchUncaught } from './support/uncaught.ts';

const EARLY_MS = 5;

const upTo = (count: number) => Array.from({ length: count }, (_each, index) => index + 1);
const cutOff = (response: ServerResponse) => setTimeout(() => response.socket?.resetAndDestroy(), 20);

describe('a stream', () => {
  it('is asked for with the credential in the header, and never in the URL', async () => {
    await using server = await startServer(tellLedger(1, 1, leave));
    const storage = await holdSession();
    const truconn = createTruConn({ baseUrl: server.url, storage, headers: { 'x-tenant': 'north' } });
    expect(await take(truconn.consent.watch({}, { headers: { 'x-trace': 'mine' } }), 1)).toEqual([1]);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      paths: ['consent.watch'],
      headers: {
        authorization: `Bearer ${storage.accessToken}`,
        accept: 'text/event-stream',
        'x-tenant': 'north',
        'x-trace': 'mine',
      },
    });
    expect(server.requests[0]?.url).not.toContain(storage.accessToken);
  });

  it('begins after the event that is named', async () => {
    await using server = await startServer(tellLedger(9, 9, leave));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await take(truconn.consent.watch({ lastEventId: '6' }), 3)).toEqual([7, 8, 9]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['ended', leave],
    ['cut off', cutOff],
  ])('that is %s again and again loses no event and doubles none', async (_what, end) => {
    await using server = await startServer(tellLedger(7, 2, end));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await take(truconn.consent.watch(), 7)).toEqual(upTo(7));
    expect(server.requests.map(askedAfter)).toEqual([0, 2, 4, 6]);
  });

  it('that breaks while its reader is busy loses no event and doubles none', async () => {
    await using server = await startServer(tellLedger(12, 5, leave));
    const truconn = createTruConn({ baseUrl: server.url });
    const seen: number[] = [];
    for await (const { data } of truconn.consent.watch()) {
      seen.push(data.seq);
      await sleep(15);
      if (data.seq === 12) break;
    }
    expect(seen).toEqual(upTo(12));
  });

  it('that breaks before its first event goes on from where it began', async () => {
    await using server = await startServer((request, response) => {
      if (server.requests.length > 1) return tellLedger(6, 9, leave)(request, response);
      beginStream(response, '4');
      leave(response);
    });
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await take(truconn.consent.watch(), 2)).toEqual([5, 6]);
    expect(server.requests.map(askedAfter)).toEqual([0, 4]);
  });

  it('is read whatever pieces it comes in, with pings between', async () => {
    const text =
      ': ping\n\nid: 1\r\ndata: {"seq":1,\r\ndata: "note":"№ ✓ आशा"}\r\n\r\nevent: ping\ndata:\n\nid: 2\ndata: {"seq":2}\n\n';
    await using server = await startServer(async (_request, response) => {
      beginStream(response);
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        await sleep(1);
      }
    });
    const truconn = createTruConn({ baseUrl: server.url });
    const events: unknown[] = [];
    for await (const event of truconn.consent.watch()) if (events.push(event) === 2) break;
    expect(events).toEqual([
      { id: '1', data: { seq: 1, note: '№ ✓ आशा' } },
      { id: '2', data: { seq: 2 } },
    ]);
  });

  it('tells how it stands', async () => {
    await using server = await startServer(tellLedger(3, 2, leave));
    const truconn = createTruConn({ baseUrl: server.url });
    const states: WatchState[] = [];
    await take(truconn.consent.watch({}, { onStateChange: (state) => states.push(state) }), 3);
    expect(states).toMatchObject([
      { status: 'connected' },
      { status: 'connecting', error: { code: 'NETWORK_ERROR' } },
      { status: 'connected' },
    ]);
  });

  it('connects again ever more slowly, and at once no faster than the server says', async () => {
    await using server = await startServer(
      tellLedger(2, 1, leave),
      reset,
      refuse('OVERLOADED', 503, { retryAfterSeconds: 1 }),
      page(502),
      tellLedger(2, 2, leave),
    );
    const truconn = createTruConn({ baseUrl: server.url, retries: 0 });
    expect(await take(truconn.consent.watch(), 2)).toEqual([1, 2]);
    const [, second = 0, third = 0] = server.gaps();
    expect(second).toBeGreaterThanOrEqual(200 - EARLY_MS);
    expect(third).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
  });
});

it('a stream that is accepted and ended at once, again and again, is asked for less and less often', async () => {
  await using server = await startServer((_request, response) => {
    beginStream(response);
    leave(response);
  });
  const truconn = createTruConn({ baseUrl: server.url, retries: 0 });
  const left = new AbortController();
  const reading = take(truconn.consent.watch({}, { signal: left.signal }), 1);
  await server.arrived(5);
  left.abort();
  expect(await reading).toEqual([]);
  for (const [index, gap] of server.gaps().entries()) {
    expect(gap).toBeGreaterThanOrEqual(100 * 2 ** index - EARLY_MS);
  }
});

it('a listener of a stream that throws ends nothing, and is heard of as uncaught', async () => {
  using uncaught = catchUncaught();
  await using server = await startServer(tellLedger(3, 2, leave));
  const truconn = createTruConn({ baseUrl: server.url });
  const onStateChange = ({ status }: WatchState) => {
    throw new Error(`cannot show ${status}`);
  };
  expect(await take(truconn.consent.watch({}, { onStateChange }), 3)).toEqual([1, 2, 3]);
  const thrown = ['connected', 'connecting', 'connected'].map((status) => new Error(`cannot show ${status}`));
  await expect.poll(() => uncaught.errors).toEqual(thrown);
});

it('a stream whose server does not answer for a while is asked for again', async () => {
  await using server = await startServer(tellLedger(2, 1, leave), silence, tellLedger(2, 2, leave));
  const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 500, retries: 0 });
  expect(await take(truconn.consent.watch(), 2)).toEqual([1, 2]);
});

it('a stream that is told to wait for longer than timers know does not come back at once', async () => {
  await using server = await startServer(tellLedger(2, 1, leave), page(503, { 'retry-after': '9000000' }));
  const truconn = createTruConn({ baseUrl: server.url });
  const left = new AbortController();
  const reading = take(truconn.consent.watch({}, { signal: left.signal }), 2);
  await server.arrived(2);
  await sleep(300);
  left.abort();
  expect(await reading).toEqual([1]);
  expect(server.requests).toHaveLength(2);
});
