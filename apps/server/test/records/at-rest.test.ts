import { createHash } from 'node:crypto';
import { toCanonicalJson } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { deleteRecordKey } from '../../src/database/queries/records.queries.ts';
import { renewRecordKeys } from '../../src/domain/encryption/renew-record-keys.ts';
import { rotateMasterKey } from '../../src/domain/encryption/rotate-master-key.ts';
import { mutateAs, queryAs, useTestApp } from '../consent/support.ts';
import { callWithKey, hold, LEDGER } from '../idempotency/support.ts';
import { errorData } from '../support/calls.ts';
import { type Person, startTestApp, TEST_MASTER_KEY, type TestApp } from '../support/test-app.ts';
import { envelopeOf, findInDump, restoring, telling } from './support.ts';

/** A new one, beside that of the other instances. */
const NEXT_MASTER_KEY = {
  MASTER_KEY: 'another-master-key-0123456789-abcdef',
  MASTER_KEY_FALLBACKS: TEST_MASTER_KEY,
};
const SIGNAL = new AbortController().signal;
const app = useTestApp();

let database: Database;
let instance: TestApp;
beforeAll(async () => {
  database = connectDatabase(app().database.appUrl);
  // Its lines are its own: what two instances do at once meets in the database alone.
  instance = await startTestApp({ database: app().database });
});
afterAll(async () => {
  await instance[Symbol.asyncDispose]();
  await database.close();
});

const set = (person: Person, categoryId: number, data: object) =>
  mutateAs(app(), person, 'profile.records.set', { categoryId, data });
const read = async (person: Person, categoryId: number) =>
  (await person.client.profile.records.get.query({ categoryId })).data;

describe('no value of a record stands in the database or the logs', () => {
  test('the search finds what stands there in the clear', async () => {
    const [text, other] = [telling('clear'), telling('coded')];
    const asha = await app().signUp();
    await asha.client.profile.update.mutate({
      bio: text,
      location: Buffer.from(`${other}.`).toString('base64'),
    });
    expect(await findInDump(app(), text)).toEqual([expect.stringMatching(/^profiles /)]);
    expect(await findInDump(app(), other)).toEqual([expect.stringMatching(/^profiles /)]);
    await asha.client.profile.update.mutate({ address: Buffer.from(text).toString('hex'), bio: null });
    expect(await findInDump(app(), text)).toHaveLength(1);
    const bytes = 'insert into records values ($1, 4, $2, $3, $4, now())';
    await app().sql(bytes, [asha.user.id, crypto.randomUUID(), Buffer.alloc(12), Buffer.from(`xx${text}yy`)]);
    expect(await findInDump(app(), text)).toHaveLength(2);
  });

  test('after it was written, read, refused, written under a key and encrypted anew', async () => {
    const asha = await app().signUp();
    const texts = [telling('allergy'), telling('condition'), telling('refused')];
    const [allergy = '', condition = '', refused = ''] = texts;
    await set(asha, 4, { allergies: [allergy] });
    expect(await read(asha, 4)).toEqual({ allergies: [allergy] });
    const keyed = { categoryId: 4, data: { allergies: [allergy], conditions: [condition] } };
    const first = await callWithKey(app(), asha, 'one', ['profile.records.set', keyed]);
    const second = await callWithKey(app(), asha, 'one', ['profile.records.set', keyed]);
    expect(first.body.result.data.data).toEqual(keyed.data);
    expect(second.body).toEqual(first.body);
    const other = { categoryId: 4, data: { allergies: [refused] } };
    expect(errorData(await callWithKey(app(), asha, 'one', ['profile.records.set', other])).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    const bad = { categoryId: 4, data: { bloodGroup: refused, allergies: [{ refused }] } };
    const answer = await callWithKey(app(), asha, 'two', ['profile.records.set', bad]);
    expect(errorData(answer).code).toBe('INVALID_INPUT');
    expect(JSON.stringify(answer.body)).not.toContain(refused);
    await renewRecordKeys(database, await envelopeOf(app()), SIGNAL);
    expect(await read(asha, 4)).toEqual(keyed.data);
    for (const text of texts) {
      expect(await findInDump(app(), text)).toEqual([]);
      expect(app().logs.join()).not.toContain(text);
    }
  });

  test('what few values are possible for cannot be guessed from the hash of a keyed call', async () => {
    const asha = await app().signUp();
    const input = { categoryId: 4, data: { bloodGroup: 'A+' } };
    await callWithKey(app(), asha, 'few', ['profile.records.set', input]);
    const hash = createHash('sha256').update(toCanonicalJson(input)).digest('hex');
    expect(await findInDump(app(), hash)).toEqual([]);
  });

  test('a call is known again under a new master key', async () => {
    const asha = await app().signUp();
    const input = { categoryId: 4, data: { bloodGroup: 'A+' } };
    const first = await callWithKey(app(), asha, 'again', ['profile.records.set', input]);
    await using next = await startTestApp({ database: app().database, env: NEXT_MASTER_KEY });
    const second = await callWithKey(next, asha, 'again', ['profile.records.set', input]);
    expect([second.status, second.body]).toEqual([200, first.body]);
    const other = { categoryId: 4, data: { bloodGroup: 'B+' } };
    const conflict = await callWithKey(next, asha, 'again', ['profile.records.set', other]);
    expect(errorData(conflict).code).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('a call repeated under its key answers the same and writes nothing', async () => {
    const asha = await app().signUp();
    const input = { categoryId: 4, data: { bloodGroup: 'A+' } };
    const first = await callWithKey(app(), asha, 'same', ['profile.records.set', input]);
    await set(asha, 4, { bloodGroup: 'B+' });
    const second = await callWithKey(app(), asha, 'same', ['profile.records.set', input]);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await read(asha, 4)).toEqual({ bloodGroup: 'B+' });
  });
});

describe('a ciphertext', () => {
  const move = (from: Person, fromCategory: number, to: Person, toCategory: number) =>
    app().sql(
      `update records as moved set nonce = source.nonce, ciphertext = source.ciphertext
         from records as source where moved.user_id = $1 and moved.category_id = $2
           and source.user_id = $3 and source.category_id = $4`,
      [to.user.id, toCategory, from.user.id, fromCategory],
    );
  const expectClosed = async (person: Person, categoryId: number) => {
    const answer = await queryAs(app(), person, 'profile.records.get', { categoryId });
    expect([answer.status, errorData(answer).code]).toEqual([500, 'INTERNAL']);
    expect(answer.body.error.message).not.toMatch(/encrypt|record/);
    expect(app().logs.join()).toContain(errorData(answer).requestId);
  };

  it('of somebody else does not open as one’s own, not with their key either', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await set(asha, 4, { bloodGroup: 'A+' });
    await set(ravi, 4, { bloodGroup: 'B+' });
    await move(asha, 4, ravi, 4);
    await expectClosed(ravi, 4);
    await app().sql(
      `update truconn_keys.record_keys as moved set wrapped_key = source.wrapped_key
         from truconn_keys.record_keys as source where moved.user_id = $1 and source.user_id = $2`,
      [ravi.user.id, asha.user.id],
    );
    await expectClosed(ravi, 4);
    expect(await read(asha, 4)).toEqual({ bloodGroup: 'A+' });
  });

  it('of another category does not open', async () => {
    const asha = await app().signUp();
    await set(asha, 6, {});
    await set(asha, 7, { employer: 'Amul' });
    await move(asha, 7, asha, 6);
    await expectClosed(asha, 6);
    expect(await read(asha, 7)).toEqual({ employer: 'Amul' });
  });

  it('that was changed does not open', async () => {
    const asha = await app().signUp();
    await set(asha, 4, { bloodGroup: 'A+' });
    await app().sql(
      'update records set ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1) where user_id = $1',
      [asha.user.id],
    );
    await expectClosed(asha, 4);
    expect((await set(asha, 4, { bloodGroup: 'B+' })).status).toBe(200);
    expect(await read(asha, 4)).toEqual({ bloodGroup: 'B+' });
  });
});

describe('erasing', () => {
  it('a person’s key erases their records, and nobody else’s', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    for (const person of [asha, ravi]) await set(person, 4, { bloodGroup: 'A+' });
    await database.transact((trx) => deleteRecordKey(trx, asha.user.id));
    expect(await asha.client.profile.records.get.query({ categoryId: 4 })).toEqual({
      categoryId: 4,
      data: null,
      updatedAt: null,
    });
    expect(await read(ravi, 4)).toEqual({ bloodGroup: 'A+' });
  });

  it('holds when a backup of the data alone comes back, also after the person has begun anew', async () => {
    const asha = await app().signUp();
    await set(asha, 4, { bloodGroup: 'A+' });
    await set(asha, 6, { qualification: 'B.Sc.' });
    const restore = await restoring(app(), 'records', asha.user.id);
    await app().sql('delete from records where user_id = $1', [asha.user.id]);
    await database.transact((trx) => deleteRecordKey(trx, asha.user.id));
    await restore();
    expect([await read(asha, 4), await read(asha, 6)]).toEqual([null, null]);
    await set(asha, 4, { bloodGroup: 'O-' });
    expect([await read(asha, 4), await read(asha, 6)]).toEqual([{ bloodGroup: 'O-' }, null]);
    // Only the keys of that time bring back what they open.
    await restore();
    expect([await read(asha, 4), await read(asha, 6)]).toEqual([null, null]);
  });

  it('is undone by nothing but both backups together', async () => {
    const asha = await app().signUp();
    await set(asha, 4, { bloodGroup: 'A+' });
    const restoreRecords = await restoring(app(), 'records', asha.user.id);
    const restoreKeys = await restoring(app(), 'truconn_keys.record_keys', asha.user.id);
    await app().sql('delete from records where user_id = $1', [asha.user.id]);
    await database.transact((trx) => deleteRecordKey(trx, asha.user.id));
    await restoreKeys();
    expect(await read(asha, 4)).toBeNull();
    await restoreRecords();
    expect(await read(asha, 4)).toEqual({ bloodGroup: 'A+' });
  });
});

describe('at once', () => {
  test('first records of one person at two instances make one key, and all can be read', async () => {
    const asha = await app().signUp();
    const held = await hold(LEDGER, asha, app(), instance);
    const answers = Promise.all([
      mutateAs(app(), asha, 'profile.records.set', { categoryId: 4, data: {} }),
      mutateAs(instance, asha, 'profile.records.set', { categoryId: 5, data: {} }),
    ]);
    await held.reached(2);
    await held.letGo();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
    const keys = await app().sql('select from truconn_keys.record_keys where user_id = $1', [asha.user.id]);
    expect(keys).toHaveLength(1);
    expect([await read(asha, 4), await read(asha, 5)]).toEqual([{}, {}]);
  });

  test('a record written while keys are renewed and wrapped anew is the one that is read afterwards', async () => {
    const asha = await app().signUp();
    const next = await startTestApp({
      database: app().database,
      env: { ...NEXT_MASTER_KEY, RATE_LIMITS: 'off' },
    });
    try {
      let renewing = true;
      const envelope = await envelopeOf(next);
      const renew = async () => {
        for (let round = 0; round < 10; round += 1) {
          await renewRecordKeys(database, envelope, SIGNAL);
          await rotateMasterKey(database, envelope, SIGNAL);
        }
        renewing = false;
      };
      const write = async () => {
        let written = 0;
        while (renewing) {
          const data = { yearOfCompletion: 1900 + (written % 200) };
          const answer = await mutateAs(next, asha, 'profile.records.set', { categoryId: 6, data });
          expect(answer.status).toBe(200);
          const { body } = await queryAs(next, asha, 'profile.records.get', { categoryId: 6 });
          expect(body.result.data.data).toEqual(data);
          written += 1;
        }
        return written;
      };
      const [written] = await Promise.all([write(), renew()]);
      expect(written).toBeGreaterThan(3);
    } finally {
      await next[Symbol.asyncDispose]();
    }
  });
});
