import { describe, expect, test } from 'vitest';
import { openTcpGate } from '../support/tcp-gate.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { countWatchers, openWatch } from './support.ts';

/** So long that no test waits for it: then only notifications deliver. */
const NEVER = 3_600_000;

const LISTENERS = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'truconn-live' and query like 'listen%'`;

async function waitForListener(app: TestApp, other?: number): Promise<number> {
  for (;;) {
    const [row] = await app.sql<{ pid: number }>(LISTENERS);
    if (row !== undefined && row.pid !== other) return row.pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('events are told at once', () => {
  test('by another instance', async () => {
    await using first = await startTestApp({ liveTimes: { pollMs: NEVER } });
    await using second = await startTestApp({ database: first.database, liveTimes: { pollMs: NEVER } });
    const asha = await first.signUp();
    await using watch = await openWatch(second, asha, 'consent.watch');
    await waitForListener(first);
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect((await watch.first(1))[0]?.data.action).toBe('CONSENT_GRANTED');
  });

  test('by this one, after the listening connection was lost', async () => {
    await using app = await startTestApp({ liveTimes: { pollMs: NEVER } });
    const asha = await app.signUp();
    await using watch = await openWatch(app, asha, 'consent.watch');
    const pid = await waitForListener(app);
    await app.sql('select pg_terminate_backend($1)', [pid]);
    // Nobody hears of this one; who listens again looks first.
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await waitForListener(app, pid);
    await watch.first(1);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    await watch.first(2);
  });
});

describe('events are found by looking', () => {
  test('where nothing can listen', async () => {
    await using gate = await openTcpGate({ host: '127.0.0.1', port: 9 });
    gate.shut();
    const directUrl = `postgres://nobody@127.0.0.1:${gate.port}/nothing`;
    await using app = await startTestApp({ directUrl });
    const asha = await app.signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const hospital = await app.signUpOrganization();
    await using watch = await openWatch(app, asha, 'consent.watch');
    await using hospitals = await openWatch(app, hospital, 'orgAccess.watch');
    await hospital.client.orgAccess.request.mutate({ userId: asha.user.id, categoryId: 1, purpose: 'Care' });
    await watch.first(1);
    await hospitals.first(1);
    expect(await app.sql(LISTENERS)).toEqual([]);
  });

  test('when whoever wrote them died before telling', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    await using watch = await openWatch(app, asha, 'consent.watch');
    await waitForListener(app);
    await app.sql(
      `with entry as (
         insert into ledger_entries select id, 1, now(), 'CONSENT_GRANTED', 'person', id, 1, null, x, x, x
         from users, (values (repeat('a', 64))) as hashes (x) where id = $1 returning person_id
       ) update ledger_heads set seq = 1 where person_id = (select person_id from entry)`,
      [asha.user.id],
    );
    expect((await watch.first(1))[0]?.id).toBe('1');
  });
});

describe('nothing is lost and nothing comes twice', () => {
  test('while 200 toggles run and the client is cut again and again', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    let isDone = false;
    const toggling = (async () => {
      for (let count = 0; count < 200; count++) await asha.client.consent.toggle.mutate({ categoryId: 2 });
      isDone = true;
    })();
    const seen: number[] = [];
    let lastEventId = '0';
    for (let round = 0; seen.length < 200; round++) {
      const call =
        round % 2 === 0 ? { input: { lastEventId } } : { headers: { 'last-event-id': lastEventId } };
      await using watch = await openWatch(app, asha, 'consent.watch', call);
      if (isDone) await watch.first(200 - seen.length);
      else await new Promise((resolve) => setTimeout(resolve, 60));
      for (const { id = '' } of watch.messages()) seen.push(Number(id));
      lastEventId = watch.messages().at(-1)?.id ?? lastEventId;
    }
    await toggling;
    expect(seen).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  test('on two instances with five streams each, while 100 toggles run at once', async () => {
    await using first = await startTestApp();
    await using second = await startTestApp({ database: first.database });
    const asha = await first.signUp();
    const watches = await Promise.all(
      [first, second].flatMap((app) =>
        Array.from({ length: 5 }, () => openWatch(app, asha, 'consent.watch')),
      ),
    );
    await Promise.all(
      Array.from({ length: 100 }, () => asha.client.consent.toggle.mutate({ categoryId: 2 })),
    );
    const all = Array.from({ length: 100 }, (_, index) => String(index + 1));
    for (const watch of watches) {
      expect((await watch.first(100)).map(({ id }) => id)).toEqual(all);
      watch.close();
    }
    await expect.poll(() => countWatchers(first)).toBe(0);
    await expect.poll(() => countWatchers(second)).toBe(0);
    for (const watch of watches) expect(watch.messages()).toHaveLength(100);
  });

  test('between the answer that connects and the first event', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    const watch = await openWatch(app, asha, 'consent.watch');
    const after = watch.headers.get('last-event-id') ?? '';
    await watch[Symbol.asyncDispose]();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await using again = await openWatch(app, asha, 'consent.watch', { input: { lastEventId: after } });
    await again.first(1);
  });
});
