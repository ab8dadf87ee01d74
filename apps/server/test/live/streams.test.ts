import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { closeGracefully } from '../../src/http/shutdown.ts';
import { LiveHub } from '../../src/live/hub.ts';
import { openTcpGate } from '../support/tcp-gate.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { askWatch, countWatchers, openWatch, refusal } from './support.ts';

/** So long that no test waits for it. */
const NEVER = 3_600_000;
const LONG_LEDGER = 20_000;

/** A ledger of some 30 MB, which no socket's buffers hold. */
async function writeLongLedger(app: TestApp, { user }: Person): Promise<void> {
  const values = [user.id, LONG_LEDGER];
  await app.sql(
    `insert into ledger_entries
     select $1, seq, now(), 'CONSENT_GRANTED', 'person', $1, 1, null, x, x, x
     from generate_series(1, $2::integer) as seq, (values (repeat('a', 64))) as hashes (x)`,
    values,
  );
  await app.sql(
    `insert into ledger_details
     select $1, seq, '\\x00112233445566778899aabbccddeeff', jsonb_build_object('text', repeat('x', 1000))
     from generate_series(1, $2::integer) as seq`,
    values,
  );
  await app.sql('update ledger_heads set seq = $2 where person_id = $1', values);
}

/** Asks for all of a ledger, and reads nothing of it. */
async function openUnread(app: TestApp, { accessToken }: Person): Promise<Socket> {
  const { port } = new URL(app.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  const headers = ['Host: localhost', `Authorization: Bearer ${accessToken}`, 'Last-Event-ID: 0'];
  socket.write(`GET /trpc/consent.watch HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** Waits until the server has something for a reader that the socket does not take. */
async function waitForBacklog(app: TestApp): Promise<void> {
  await expect.poll(() => countWatchers(app)).toBe(1);
  // As much as the kernel takes is gone when the count of rows read stands still.
  for (let before = -1, now = 0; now !== before || now === 0; ) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [row] = await app.sql<{ reads: string }>(
      `select idx_tup_fetch + seq_tup_read as reads from pg_stat_user_tables where relname = 'ledger_entries'`,
    );
    now = Number(row?.reads);
  }
}

describe('a reader who takes nothing', () => {
  test('is cut off, and until then no more is read for it than one page', async () => {
    await using app = await startTestApp({ liveTimes: { stallMs: 2_500 } });
    const asha = await app.signUp();
    await writeLongLedger(app, asha);
    const socket = await openUnread(app, asha);
    await expect.poll(() => countWatchers(app)).toBe(1);
    await expect.poll(() => countWatchers(app), { timeout: 20_000 }).toBe(0);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.resume();
    await once(socket, 'close');
    // What the kernel had taken.
    expect(bytes).toBeLessThan((LONG_LEDGER * 1_500) / 2);
  });

  test('is cut off when the session ends', async () => {
    await using app = await startTestApp({ liveTimes: { stallMs: NEVER } });
    const asha = await app.signUp();
    await writeLongLedger(app, asha);
    await openUnread(app, asha);
    await waitForBacklog(app);
    await asha.client.auth.signOut.mutate();
    await expect.poll(() => countWatchers(app), { timeout: 5_000 }).toBe(0);
    await expect.poll(() => openSockets(app)).toBe(0);
  });

  test('does not keep others waiting, nor the server from stopping', async () => {
    await using app = await startTestApp({ liveTimes: { stallMs: NEVER } });
    const asha = await app.signUp();
    await writeLongLedger(app, asha);
    const socket = await openUnread(app, asha);
    await waitForBacklog(app);
    const watch = await openWatch(app, asha, 'consent.watch', {
      input: { lastEventId: String(LONG_LEDGER - 150) },
    });
    expect((await watch.first(150)).at(-1)?.id).toBe(String(LONG_LEDGER));
    await closeGracefully(app.app, { drainSeconds: 600 });
    expect(await watch.ended()).toBe('UNAVAILABLE');
    socket.destroy();
  });
});

async function openSockets({ app }: TestApp): Promise<number> {
  app.server.closeIdleConnections();
  return new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));
}

describe('streams are bounded', () => {
  test('20 of one account, on both matters together; the next is told to wait', async () => {
    await using app = await startTestApp();
    const hospital = await app.signUpOrganization();
    const watches = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        openWatch(app, hospital, index % 2 === 0 ? 'consent.watch' : 'orgAccess.watch'),
      ),
    );
    const again = await app.signIn(hospital.email);
    const asked = await askWatch(app, again, 'consent.watch');
    expect(Number(asked.headers.get('retry-after'))).toBeGreaterThan(0);
    const [status, error] = await refusal(Promise.resolve(asked));
    expect([status, error.code]).toEqual([429, 'RATE_LIMITED']);
    const other = await app.signUp();
    await using _others = await openWatch(app, other, 'consent.watch');
    watches[7]?.close();
    await expect.poll(() => countWatchers(app)).toBe(20);
    await using _mine = await openWatch(app, again, 'consent.watch');
    expect(await countWatchers(app)).toBe(21);
    for (const watch of watches) watch.close();
  });

  test('what was refused counts as none', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    for (let count = 0; count < 25; count++) {
      const [status] = await refusal(askWatch(app, asha, 'consent.watch', { input: { lastEventId: '9' } }));
      expect(status).toBe(400);
    }
    expect(await countWatchers(app)).toBe(0);
    await using _watch = await openWatch(app, asha, 'consent.watch');
  });

  test('10,000 of one instance; the next is told that it is busy', async () => {
    await using test = await createTestDatabase();
    const database = connectDatabase(test.appUrl);
    const log = { warn: () => undefined };
    const hub = new LiveHub({ database, directUrl: test.appUrl, log, times: { credentialsMs: NEVER } });
    const open = (index: number) => {
      const [id, holderId] = [crypto.randomUUID(), crypto.randomUUID()];
      return hub.open({ kind: 'session', id, holderId, organizationId: null }, `person:${index}`);
    };
    const [first] = Array.from({ length: 10_000 }, (_, index) => open(index));
    expect(() => open(0)).toThrow(expect.objectContaining({ code: 'OVERLOADED', retryAfterSeconds: 5 }));
    first?.close();
    first?.close();
    expect(hub.size).toBe(9_999);
    open(0);
    await hub.close();
    expect(hub.size).toBe(0);
    expect(() => open(0)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    await database.close();
  });
});

describe('when the client leaves', () => {
  test('nothing of its streams is left, and the log says each once', async () => {
    await using app = await startTestApp();
    const people = await Promise.all([1, 2, 3].map(() => app.signUp()));
    for (const person of people) {
      const watches = await Promise.all([1, 2, 3, 4].map(() => openWatch(app, person, 'consent.watch')));
      for (const watch of watches) watch.close();
    }
    // Some leave before they were answered.
    const leaving = Array.from({ length: 15 }, (_, index) => {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), index / 2);
      return askWatch(app, people[0], 'consent.watch', {}, leave.signal).catch(() => undefined);
    });
    await Promise.all(leaving);
    await expect.poll(() => countWatchers(app)).toBe(0);
    const lines = app.logs.filter((line) => line.includes('/trpc/consent.watch'));
    const ids = lines.map((line) => JSON.parse(line).requestId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(12);
    expect(app.logs.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });
});

describe('an idle stream', () => {
  test('is pinged, and outlives the times that connections have', async () => {
    await using app = await startTestApp({ liveTimes: { pingMs: 100 } });
    // Of a second, in place of two minutes.
    app.app.server.setTimeout(1_000);
    app.app.server.requestTimeout = 500;
    const asha = await app.signUp();
    await using watch = await openWatch(app, asha, 'consent.watch');
    await expect
      .poll(() => watch.all.filter(({ event }) => event === 'ping').length, { timeout: 10_000 })
      .toBe(30);
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await watch.first(1);
  });
});

describe('when the server stops', () => {
  test('all streams end at once and say when to come again; nobody begins another', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    const hospital = await app.signUpOrganization();
    const watches = [
      await openWatch(app, asha, 'consent.watch'),
      await openWatch(app, hospital, 'orgAccess.watch'),
    ];
    await closeGracefully(app.app, { drainSeconds: 600 });
    for (const watch of watches) {
      expect(await watch.ended()).toBe('UNAVAILABLE');
      expect(watch.all.at(-1)?.data.data).toMatchObject({ httpStatus: 503, retryAfterSeconds: 5 });
    }
    expect(app.logs.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });
});

describe('when the database cannot be asked', () => {
  test('whether sessions live, all streams end', async () => {
    await using database = await createTestDatabase();
    const target = new URL(database.appUrl);
    await using gate = await openTcpGate({ host: target.hostname, port: Number(target.port) });
    target.port = String(gate.port);
    await using app = await startTestApp({
      database: { ...database, appUrl: target.href },
      liveTimes: { trustMs: 1_500 },
    });
    const asha = await app.signUp();
    const watch = await openWatch(app, asha, 'consent.watch');
    gate.shut();
    expect(await watch.ended()).toBe('UNAVAILABLE');
    gate.open();
    await using again = await openWatch(app, asha, 'consent.watch');
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await again.first(1);
  });
});
