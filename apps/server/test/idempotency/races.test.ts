import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countDeadlocks, readActions } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { callWithKey, hold, keptUnder, LEDGER, PROFILE } from './support.ts';

/** Two servers on one database. */
let one: TestApp;
let two: TestApp;
beforeAll(async () => {
  one = await startTestApp();
  two = await startTestApp({ database: one.database });
});
afterAll(async () => {
  await two[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
});

const TOGGLE = ['consent.toggle', { categoryId: 1 }] as [string, unknown];
const TWINS = 20;

describe('twins of one call', () => {
  test.each([
    ['one server', () => [one]],
    ['two servers', () => [one, two]],
  ])('at once, at %s: one of them happens, and all get its answer', async (name, servers) => {
    const asha = await one.signUp();
    const calls = servers().flatMap((server) =>
      Array.from({ length: TWINS }, () => callWithKey(server, asha, name.replace(' ', '-'), TOGGLE)),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('of a refusal all get the refusal', async () => {
    const asha = await one.signUp();
    const calls = [one, two].flatMap((server) =>
      [1, 2, 3].map(() => callWithKey(server, asha, 'unknown', ['consent.grant', { categoryId: 99 }])),
    );
    const codes = (await Promise.all(calls)).map((answer) => errorData(answer).code);
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
  });

  test('with different inputs: one happens, the other is in conflict', async () => {
    const asha = await one.signUp();
    const answers = await Promise.all(
      [one, two].map((server, index) =>
        callWithKey(server, asha, 'inputs', ['consent.grant', { categoryId: index + 1 }]),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await readActions(asha)).toHaveLength(1);
  });

  test('under a key whose day is over: one of them happens', async () => {
    const asha = await one.signUp();
    await callWithKey(one, asha, 'aged', TOGGLE);
    await one.sql(`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'aged'`);
    await Promise.all([one, two, one, two].map((server) => callWithKey(server, asha, 'aged', TOGGLE)));
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test('wait at one server without holding connections', async () => {
    const [asha, ravi] = [await one.signUp(), await one.signUp()];
    const profile = await hold(PROFILE, asha, one, two);
    // More than there are connections.
    const pile = Array.from({ length: 50 }, () => callWithKey(one, asha, 'pile', ['profile.removeAvatar']));
    await profile.reached(1);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      expect((await callWithKey(one, ravi, key, TOGGLE)).status).toBe(200);
    }
    await profile.letGo();
    expect(new Set((await Promise.all(pile)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('at another server wait for the one that is being made', async () => {
    const asha = await one.signUp();
    const ledger = await hold(LEDGER, asha, one, two);
    const first = callWithKey(one, asha, 'waits', TOGGLE);
    await ledger.reached(1);
    const second = callWithKey(two, asha, 'waits', TOGGLE);
    await ledger.reached(2);
    await ledger.letGo();
    expect((await second).body).toEqual((await first).body);
    expect(await readActions(asha)).toHaveLength(1);
  });
});

describe('a call that is cut', () => {
  test('by its client happens all the same, and the repeated call gets its answer', async () => {
    const asha = await one.signUp();
    const ledger = await hold(LEDGER, asha, one, two);
    const cut = new AbortController();
    const first = fetch(`${one.url}/trpc/consent.toggle`, {
      method: 'POST',
      signal: cut.signal,
      body: JSON.stringify({ categoryId: 1 }),
      headers: {
        authorization: `Bearer ${asha.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': 'cut',
      },
    });
    await ledger.reached(1);
    cut.abort();
    await expect(first).rejects.toThrow();
    const second = callWithKey(one, asha, 'cut', TOGGLE);
    await ledger.letGo();
    expect((await second).body).toMatchObject({ result: { data: { granted: true } } });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('with its server leaves nothing, and a twin that waited for it is made', async () => {
    const asha = await one.signUp();
    const ledger = await hold(LEDGER, asha, one, two);
    const first = callWithKey(one, asha, 'killed', TOGGLE);
    await ledger.reached(1);
    const second = callWithKey(two, asha, 'killed', TOGGLE);
    await ledger.reached(2);
    // What PostgreSQL sees of a server that is killed: the first one's connection ends in its transaction.
    await two.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%ledger_heads%'`,
    );
    expect((await first).status).toBe(503);
    await ledger.letGo();
    expect((await second).status).toBe(200);
    expect((await callWithKey(one, asha, 'killed', TOGGLE)).body).toEqual((await second).body);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    expect(await keptUnder(one, 'killed')).toHaveLength(1);
  });
});

// Each holds a lock on the row that its key refers to; one that wanted that row for itself would wait for another.
test.each([
  ['a new username', (n: number) => ['profile.update', { username: `asha.patel.${n}` }]],
  ['another picture', () => ['profile.removeAvatar']],
])('calls under keys of one person’s own do not lock each other out: %s', async (name, call) => {
  const asha = await one.signUp();
  const before = await countDeadlocks(one);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      callWithKey(n % 2 === 0 ? one : two, asha, `${name.length}-${n}`, call(n) as [string, unknown]),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await countDeadlocks(one)).toBe(before);
});
