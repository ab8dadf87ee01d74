import { createPrivateKey } from 'node:crypto';
import { fetchReceiptKeys, verifyReceipt } from '@truconn/sdk/verify';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { rotateSigningKey } from '../../src/domain/receipts/signing-key.ts';
import { receiptKeyContext } from '../../src/encryption/contexts.ts';
import { createEnvelope, type Envelope } from '../../src/encryption/envelope.ts';
import { deriveMasterKeys } from '../../src/encryption/master-keys.ts';
import { errorOf } from '../support/errors.ts';
import { allRows, type Person, startTestApp, TEST_MASTER_KEY, type TestApp } from '../support/test-app.ts';
import { expectHolds } from './support.ts';

interface KeyRow {
  id: string;
  wrapped_private_key: Buffer | null;
  master_key_id: string | null;
  retired_at: Date | null;
}

/** Two instances on one database, and somebody with a consent who is signed in at both. */
let one: TestApp;
let two: TestApp;
let asha: Person;
let elsewhere: Person['client'];
let database: Database;
let envelope: Envelope;

beforeAll(async () => {
  one = await startTestApp();
  two = await startTestApp({ database: one.database });
  asha = await one.signUp();
  elsewhere = two.client({ authorization: `Bearer ${asha.accessToken}` });
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  database = connectDatabase(one.database.appUrl, { maxConnections: 2 });
  envelope = createEnvelope(deriveMasterKeys(TEST_MASTER_KEY));
});
afterAll(async () => {
  await database.close();
  await two[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
});

const receipt = (client = asha.client) => client.consent.receipt.query({ categoryId: 1 });
const rotate = () => database.transact((trx) => rotateSigningKey(trx, envelope));
const readKeys = () =>
  one.sql<KeyRow>('select * from truconn_keys.receipt_keys order by retired_at nulls last, created_at');

/** The private half of the key that signs, and its `d`. */
async function unwrapKey(): Promise<{ pem: string; der: Buffer; d: string }> {
  const row = (await readKeys()).at(-1);
  const wrapped = {
    bytes: row?.wrapped_private_key ?? Buffer.alloc(0),
    masterKeyId: row?.master_key_id ?? '',
  };
  const pem = envelope.unwrap(wrapped, receiptKeyContext(row?.id ?? '')).toString();
  const key = createPrivateKey(pem);
  const { d = '' } = key.export({ format: 'jwk' });
  return { pem, der: key.export({ format: 'der', type: 'pkcs8' }), d };
}

describe('the key that signs receipts', () => {
  test('is made by the first one, and once, however many come at once to however many instances', async () => {
    expect(await readKeys()).toEqual([]);
    const clients = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? asha.client : elsewhere));
    const [receipts, ...sets] = await Promise.all([
      Promise.all(clients.map(receipt)),
      fetchReceiptKeys(one.url),
      fetchReceiptKeys(two.url),
    ]);
    for (const { keys } of sets) expect(keys.map(({ kid }) => kid)).toEqual([receipts[0]?.keyId]);
    expect(new Set(receipts.map(({ keyId }) => keyId)).size).toBe(1);
    expect(await readKeys()).toHaveLength(1);
    for (const issued of receipts) await expectHolds(two, issued);
  });

  test('stands nowhere in clear', async () => {
    const { pem, der, d } = await unwrapKey();
    expect([pem.startsWith('-----BEGIN PRIVATE KEY-----'), d.length]).toEqual([true, 43]);
    const owner = new pg.Pool({ connectionString: one.database.ownerUrl, max: 1 });
    const rows = (await allRows(owner)).join('\n');
    await owner.end();
    expect(rows).toContain('truconn_keys.receipt_keys');
    const stored = `${rows}${one.logs.join('')}${two.logs.join('')}`;
    // As it is, and as a column of bytes shows it.
    const body = pem.split('\n')[1] ?? pem;
    for (const text of [d, body]) {
      expect(stored).not.toContain(text);
      expect(stored).not.toContain(Buffer.from(text).toString('hex'));
    }
    for (const bytes of [der, Buffer.from(d, 'base64url')]) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(stored).not.toContain(bytes.toString(encoding));
    }
  });

  test('is changed while servers run: the next receipt has the new one, and old receipts still hold', async () => {
    const before = [await receipt(), await receipt(elsewhere)];
    const { keyId, retiredKeyId } = await rotate();
    expect(retiredKeyId).toBe(before[0]?.keyId);
    const after = [await receipt(), await receipt(elsewhere)];
    expect(after.map((issued) => issued.keyId)).toEqual([keyId, keyId]);
    for (const issued of [...before, ...after]) for (const app of [one, two]) await expectHolds(app, issued);
    const { keys } = await fetchReceiptKeys(two.url);
    expect(keys.map(({ kid }) => kid)).toEqual([retiredKeyId, keyId]);
    // The old one could not sign any more if somebody wanted it to.
    expect(await readKeys()).toMatchObject([
      { id: retiredKeyId, wrapped_private_key: null, master_key_id: null, retired_at: expect.any(Date) },
      { id: keyId, retired_at: null },
    ]);
    // A copy of the keys from before knows nothing of the new one.
    const old = { keys: keys.slice(0, 1) };
    expect(await verifyReceipt(after[0]?.receipt ?? '', old)).toEqual({ valid: false, problem: 'key' });
    expect(await verifyReceipt(before[0]?.receipt ?? '', old)).toMatchObject({ valid: true });
  });

  test('is one also when it is changed twice at once, with receipts in between', async () => {
    const [first, second, ...receipts] = await Promise.all([
      rotate(),
      rotate(),
      ...[asha.client, elsewhere, asha.client, elsewhere].map(receipt),
    ]);
    const rows = await readKeys();
    expect(rows.filter((row) => row.retired_at === null)).toHaveLength(1);
    const signing = rows.at(-1)?.id;
    expect([first.keyId, second.keyId]).toContain(signing);
    expect([first.retiredKeyId, second.retiredKeyId]).toContain(
      [first.keyId, second.keyId].find((id) => id !== signing),
    );
    for (const issued of receipts) await expectHolds(one, issued);
    expect((await receipt()).keyId).toBe(signing);
  });

  test('is changed beside a first receipt: one of the two keys signs, and nothing fails', async () => {
    await using fresh = await startTestApp();
    const ravi = await fresh.signUp();
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    const own = connectDatabase(fresh.database.appUrl, { maxConnections: 4 });
    const rotations = Array.from({ length: 4 }, () => own.transact((trx) => rotateSigningKey(trx, envelope)));
    const receipts = await Promise.all(Array.from({ length: 6 }, () => receipt(ravi.client)));
    await Promise.all(rotations);
    await own.close();
    for (const issued of receipts) await expectHolds(fresh, issued);
  });
});

describe('with another MASTER_KEY', () => {
  const OTHER = 'another-master-key-0123456789-abcdefgh';

  test('no receipt is signed, the log says which setting is wrong, and the keys are still there', async () => {
    await using wrong = await startTestApp({ database: one.database, env: { MASTER_KEY: OTHER } });
    const client = wrong.client({ authorization: `Bearer ${asha.accessToken}` });
    expect(await errorOf(receipt(client))).toMatchObject({ code: 'INTERNAL', httpStatus: 500 });
    expect(wrong.logs.join('')).toMatch(/MASTER_KEY_FALLBACKS/);
    expect(await fetchReceiptKeys(wrong.url)).toEqual(await fetchReceiptKeys(one.url));
    expect((await receipt()).keyId).toBe((await readKeys()).at(-1)?.id);
  });

  test('and the old one among the fallbacks, receipts are signed as before', async () => {
    const env = { MASTER_KEY: OTHER, MASTER_KEY_FALLBACKS: TEST_MASTER_KEY };
    await using moved = await startTestApp({ database: one.database, env });
    const issued = await receipt(moved.client({ authorization: `Bearer ${asha.accessToken}` }));
    await expectHolds(one, issued);
  });

  test('a key that was moved under another name does not sign', async () => {
    await using broken = await startTestApp();
    const ravi = await broken.signUp();
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    await receipt(ravi.client);
    await broken.sql(`update truconn_keys.receipt_keys set id = 'moved'`);
    expect(await errorOf(receipt(ravi.client))).toMatchObject({ code: 'INTERNAL' });
    expect(broken.logs.join('')).toContain('What is encrypted as \\"receipt key moved\\" does not open');
  });
});
