import { describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { forgetOutcomes } from '../../src/domain/idempotency/kept-outcomes.ts';
import { mutateAs, queryAs, readActions, useTestApp } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { type CallAnswer, PASSWORD } from '../support/test-app.ts';
import { callWithKey, keptUnder } from './support.ts';

const app = useTestApp();

const TOGGLE = ['consent.toggle', { categoryId: 1 }] as [string, unknown];

describe('a key', () => {
  test('is one person’s: somebody else’s call under it is another one', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    for (const person of [asha, ravi]) {
      expect((await callWithKey(app(), person, 'shared', TOGGLE)).status).toBe(200);
    }
    expect(await readActions(asha)).toHaveLength(1);
    expect(await readActions(ravi)).toHaveLength(1);
  });

  test('is one procedure’s: another one under it is another call', async () => {
    const asha = await app().signUp();
    const answers: CallAnswer[] = [];
    for (const name of ['consent.grant', 'consent.toggle', 'consent.revoke', 'consent.grant']) {
      answers.push(await callWithKey(app(), asha, 'both', [name, { categoryId: 1 }]));
    }
    const granted = answers.map(({ body }) => body.result.data.granted);
    expect(granted).toEqual([true, false, false, true]);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test.each([
    ['one character', '~'],
    ['the longest', '!'.repeat(255)],
    ['quoted', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    ['a backslash', '\\'],
  ])('may be %s', async (_, key) => {
    const asha = await app().signUp();
    await callWithKey(app(), asha, key, TOGGLE);
    expect((await callWithKey(app(), asha, key, TOGGLE)).status).toBe(200);
    expect(await readActions(asha)).toHaveLength(1);
  });

  test.each([
    ['empty', ''],
    ['longer', 'a'.repeat(256)],
    ['of two words', 'two words'],
    ['one of two headers', 'a, b'],
    ['with a tab', 'tab\there'],
    ['outside of ASCII', 'clé'],
  ])('may not be %s', async (_, key) => {
    const asha = await app().signUp();
    const answer = await callWithKey(app(), asha, key, TOGGLE);
    expect([answer.status, errorData(answer)]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', fields: { 'Idempotency-Key': [expect.any(String)] } },
    ]);
    expect(await readActions(asha)).toEqual([]);
  });

  test('that is bad tells nobody more than that they are not signed in', async () => {
    const answer = await callWithKey(app(), { accessToken: 'nothing' }, 'two words', TOGGLE);
    expect(errorData(answer).code).toBe('UNAUTHENTICATED');
  });

  test('answers nobody whose session has ended', async () => {
    const asha = await app().signUp();
    await callWithKey(app(), asha, 'ended', TOGGLE);
    await asha.client.auth.signOut.mutate();
    expect((await callWithKey(app(), asha, 'ended', TOGGLE)).status).toBe(401);
  });

  test('is worth a day', async () => {
    const asha = await app().signUp();
    await callWithKey(app(), asha, 'day', TOGGLE);
    const age = (interval: string) =>
      app().sql(`update idempotency_keys set created_at = now() - $1::interval where key = 'day'`, [
        interval,
      ]);
    await age('23 hours 59 minutes');
    await callWithKey(app(), asha, 'day', TOGGLE);
    expect(await readActions(asha)).toHaveLength(1);
    await age('24 hours');
    await callWithKey(app(), asha, 'day', TOGGLE);
    expect(await readActions(asha)).toHaveLength(2);
    // And from then on another one.
    await callWithKey(app(), asha, 'day', TOGGLE);
    expect(await readActions(asha)).toHaveLength(2);
  });

  test('that is old is free for another input', async () => {
    const asha = await app().signUp();
    await callWithKey(app(), asha, 'free', TOGGLE);
    await app().sql(`update idempotency_keys set created_at = now() - interval '25 hours'`);
    for (const _ of [1, 2]) {
      const answer = await callWithKey(app(), asha, 'free', ['consent.toggle', { categoryId: 2 }]);
      expect(answer.body.result.data.categoryId).toBe(2);
    }
  });

  test('goes with its day, and with its person', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    const keys = ['old', 'young', 'gone'];
    for (const key of keys) await callWithKey(app(), key === 'gone' ? ravi : asha, key, TOGGLE);
    await app().sql(`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`);
    const database = connectDatabase(app().database.appUrl, { maxConnections: 1 });
    await forgetOutcomes(database.kysely).finally(() => database.close());
    await app().sql('delete from users where id = $1', [ravi.user.id]);
    const left = await app().sql('select key from idempotency_keys where key = any($1)', [keys]);
    expect(left).toEqual([{ key: 'young' }]);
  });
});

describe('a key is not for', () => {
  test.each([1, 2])('a batch of mutations, be it of %d', async (count) => {
    const asha = await app().signUp();
    const names = Array(count).fill('consent.grant').join(',');
    const input = Object.fromEntries(
      [0, 1].slice(0, count).map((index) => [index, { categoryId: index + 1 }]),
    );
    const answer = await callWithKey(app(), asha, 'batch', [`${names}?batch=1`, input]);
    expect([answer.status, errorData(answer)]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', fields: { 'Idempotency-Key': [expect.stringContaining('unbatched')] } },
    ]);
    expect(await readActions(asha)).toEqual([]);
    expect((await mutateAs(app(), asha, `${names}?batch=1`, input)).status).toBe(200);
  });

  test('queries, which leave it alone', async () => {
    const asha = await app().signUp();
    const headers = { authorization: `Bearer ${asha.accessToken}`, 'idempotency-key': 'two words' };
    for (const name of ['consent.list', 'consent.list,profile.get?batch=1']) {
      const answer = await fetch(`${app().url}/trpc/${name}`, { headers });
      expect(answer.status).toBe(200);
    }
    expect((await queryAs(app(), asha, 'consent.list', {})).status).toBe(200);
  });

  test('auth, which leaves it alone: every sign-in opens a session', async () => {
    const asha = await app().signUp();
    const input = { identifier: asha.email, password: PASSWORD, credential: 'bearer' };
    for (const key of ['sign-in', 'sign-in', 'two words']) {
      const answer = await callWithKey(app(), asha, key, ['auth.signIn', input]);
      expect(answer.status).toBe(200);
    }
    expect((await asha.client.auth.sessions.query()).items).toHaveLength(4);
    const first = await callWithKey(app(), asha, 'out', ['auth.signOutEverywhere']);
    expect(first.status).toBe(200);
    expect((await callWithKey(app(), asha, 'out', ['auth.signOutEverywhere'])).status).toBe(401);
    expect(await keptUnder(app(), 'sign-in')).toEqual([]);
  });

  test('the documented URLs, which leave it alone', async () => {
    const asha = await app().signUp();
    for (const _ of [1, 2]) {
      const answer = await fetch(`${app().url}/api/consents/1/toggle/`, {
        method: 'POST',
        headers: { authorization: `Bearer ${asha.accessToken}`, 'idempotency-key': 'rest' },
      });
      expect(answer.status).toBe(200);
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });
});
