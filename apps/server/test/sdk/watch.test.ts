import type { LedgerEntry, WatchEvent } from '@truconn/sdk';
import { describe, expect, it } from 'vitest';
import { countWatchers } from '../live/support.ts';
import { resign } from '../support/jwt.ts';
import { openTcpGate } from '../support/tcp-gate.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { eventually } from '../support/time.ts';
import { connectSdk, errorOf, type SdkPerson, signInAs, signInSdk, startFileApp } from './support.ts';

const app = await startFileApp();

type Events = AsyncIterable<WatchEvent<LedgerEntry>>;

/** Reads so many events, and leaves. */
async function take(events: Events, count: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const { id, data } of events) {
    expect(id).toBe(String(data.seq));
    seen.push(data.seq);
    if (seen.length === count) break;
  }
  return seen;
}

/** Begins to read; resolves when the stream is connected, and so tells everything that happens from then on. */
async function begin({ truconn }: Pick<SdkPerson, 'truconn'>, count: number, signal?: AbortSignal) {
  const connected = Promise.withResolvers<void>();
  const onStateChange = ({ status }: { status: string }) => {
    if (status === 'connected') connected.resolve();
  };
  const reading = take(truconn.consent.watch({}, { signal, onStateChange }), count);
  // What fails before it is connected is told by its reader.
  reading.catch(() => connected.resolve());
  await connected.promise;
  return { reading };
}

async function toggle({ truconn }: Pick<SdkPerson, 'truconn'>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await truconn.consent.toggle({ categoryId: 3 });
}

describe('consent.watch', () => {
  it('gives the entries of the ledger as they are written', async () => {
    const asha = await signInSdk(app);
    const { reading } = await begin(asha, 3);
    await toggle(asha, 3);
    expect(await reading).toEqual([1, 2, 3]);
  });

  it('gives what happened since an event, and then what happens', async () => {
    const asha = await signInSdk(app);
    await toggle(asha, 4);
    const reading = take(asha.truconn.consent.watch({ lastEventId: '2' }), 3);
    await toggle(asha, 1);
    expect(await reading).toEqual([3, 4, 5]);
  });

  it('gives a slow reader every entry, in order', async () => {
    const asha = await signInSdk(app);
    const seen: number[] = [];
    await toggle(asha, 1);
    const writing = toggle(asha, 20);
    for await (const { data } of asha.truconn.consent.watch({ lastEventId: '1' })) {
      seen.push(data.seq);
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (data.seq === 21) break;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 20 }, (_each, index) => index + 2));
  });

  it('leaves nothing open on the server when its loop is left', async () => {
    const asha = await signInSdk(app);
    await eventually(async () => (await countWatchers(app)) === 0);
    const { reading } = await begin(asha, 1);
    expect(await countWatchers(app)).toBe(1);
    await toggle(asha, 1);
    await reading;
    await eventually(async () => (await countWatchers(app)) === 0);
  });

  it('ends quietly by its signal, and leaves nothing open on the server', async () => {
    const asha = await signInSdk(app);
    const left = new AbortController();
    const { reading } = await begin(asha, 1, left.signal);
    expect(await countWatchers(app)).toBe(1);
    left.abort();
    expect(await reading).toEqual([]);
    await eventually(async () => (await countWatchers(app)) === 0);
  });

  it('ends with the reason when the session ends elsewhere', async () => {
    const asha = await signInSdk(app);
    const { reading } = await begin(asha, 1);
    const ending = errorOf(reading);
    const other = connectSdk(app);
    await signInAs(other, asha);
    await other.truconn.auth.signOutEverywhere();
    expect(await ending).toMatchObject({ status: 401 });
    expect(asha.heard).toEqual([(await ending).code]);
  });

  it('ends when the person signs out, and never goes on as the one who signs in next', async () => {
    const asha = await signInSdk(app);
    const bina = await signInSdk(app);
    await toggle(bina, 3);
    const { reading } = await begin(asha, 1);
    const ending = errorOf(reading);
    await asha.truconn.auth.signOut();
    await signInAs(asha, bina);
    await toggle(bina, 1);
    expect(await ending).toMatchObject({
      code: expect.stringMatching(/^(UNAUTHENTICATED|SESSION_EXPIRED)$/),
    });
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: bina.email } });
    expect(asha.heard).toEqual(['SIGNED_OUT', 'signed-in']);
  });

  it('begins with an access token that has run out', async () => {
    const asha = await signInSdk(app);
    await toggle(asha, 1);
    const [[key = '', value = ''] = []] = asha.storage.values;
    const stored = JSON.parse(value);
    const accessToken = resign(app, stored.accessToken, { claims: { iat: 1_000, exp: 2_000 } });
    asha.storage.values.set(key, JSON.stringify({ ...stored, accessToken }));
    const client = connectSdk(app, { storage: asha.storage });
    expect(await take(client.truconn.consent.watch({ lastEventId: '0' }), 1)).toEqual([1]);
    expect(client.count('auth.refresh')).toBe(1);
  });

  it('is refused to nobody, and to a reader of another kind, with the server’s code', async () => {
    const { truconn } = connectSdk(app);
    expect(await errorOf(take(truconn.consent.watch(), 1))).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
    });
    const asha = await signInSdk(app);
    const organizations = asha.truconn.orgAccess.watch();
    expect(await errorOf(organizations.next())).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    const wrong = asha.truconn.consent.watch({ lastEventId: 'the last one' });
    expect(await errorOf(wrong.next())).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
  });
});

it.each([
  ['stops', (one: TestApp) => one.app.close()],
  [
    'is cut off',
    (one: TestApp) => {
      one.app.server.closeAllConnections();
      return one.app.close();
    },
  ],
])(
  'a stream whose server %s and comes back at the same address loses no entry and doubles none',
  async (_what, stop) => {
    await using database = await createTestDatabase();
    const first = await startTestApp({ database });
    const target = { host: '127.0.0.1', port: Number(new URL(first.url).port) };
    await using gate = await openTcpGate(target);
    const url = `http://127.0.0.1:${gate.port}`;
    const asha = await signInSdk({ ...first, url });
    const { reading } = await begin(asha, 6);
    await toggle(asha, 3);
    await stop(first);
    gate.shut();
    await using second = await startTestApp({ database });
    target.port = Number(new URL(second.url).port);
    // While the client is away: it has to ask for these.
    const elsewhere = connectSdk(second, { storage: asha.storage });
    await signInAs(elsewhere, asha);
    await toggle(elsewhere, 2);
    gate.open();
    const onward = toggle(elsewhere, 1);
    expect(await reading).toEqual([1, 2, 3, 4, 5, 6]);
    await onward;
    await first[Symbol.asyncDispose]();
  },
);
