import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import {
  fetchReceiptKeys,
  type ReceiptKeySet,
  type ReceiptProblem,
  type VerifyReceiptOptions,
  verifyReceipt,
} from '@truconn/sdk/verify';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { rotateSigningKey } from '../../src/domain/receipts/signing-key.ts';
import { createEnvelope } from '../../src/encryption/envelope.ts';
import { deriveMasterKeys } from '../../src/encryption/master-keys.ts';
import { readLedger, useTestApp } from '../consent/support.ts';
import { TEST_MASTER_KEY } from '../support/test-app.ts';

const app = useTestApp({ env: { PUBLIC_URL: 'https://truconn.example' } });

const mallory = generateKeyPairSync('ed25519').privateKey;

/** A real receipt, the server's two keys, and what its holder compares it with. */
let parts: [header: string, claims: string, signature: string];
let keys: ReceiptKeySet;
let options: VerifyReceiptOptions;

beforeAll(async () => {
  const asha = await app().signUp();
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  const { receipt } = await asha.client.consent.receipt.query({ categoryId: 1 });
  parts = receipt.split('.') as typeof parts;
  const database = connectDatabase(app().database.appUrl, { maxConnections: 1 });
  const envelope = createEnvelope(deriveMasterKeys(TEST_MASTER_KEY));
  await database.transact((trx) => rotateSigningKey(trx, envelope));
  await database.close();
  keys = await fetchReceiptKeys(app().url);
  options = { issuer: 'https://truconn.example', ledger: await readLedger(asha) };
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** The header with other members. */
const header = (members: object) => encode({ ...read(parts[0]), ...members });

/** The claims with another record. */
function claims(change: (record: { [name: string]: unknown }) => object): string {
  const all = read(parts[1]);
  return encode({ ...all, record: { ...all.record, ...change(all.record) } });
}

function signedByMallory(head: string, body: string): string {
  return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), mallory).toString('base64url')}`;
}

const FORGED: [problem: ReceiptProblem, how: string, forge: () => string][] = [
  [
    'signature',
    'another end of the consent',
    () => [parts[0], claims(() => ({ consent_status: 'dpv:ConsentWithdrawn' })), parts[2]].join('.'),
  ],
  [
    'signature',
    'another person',
    () => [parts[0], claims(() => ({ pii_principal_id: crypto.randomUUID() })), parts[2]].join('.'),
  ],
  ['signature', 'another key under the server’s name', () => signedByMallory(parts[0], parts[1])],
  [
    'signature',
    'the name of the server’s other key',
    () => [header({ kid: keys.keys[1]?.kid }), parts[1], parts[2]].join('.'),
  ],
  ['key', 'another key under its own name', () => signedByMallory(header({ kid: 'mallory' }), parts[1])],
  [
    'format',
    'another key that comes along',
    () => signedByMallory(header({ jwk: mallory.export({ format: 'jwk' }) }), parts[1]),
  ],
  ['algorithm', 'no signature', () => `${header({ alg: 'none' })}.${parts[1]}.`],
  [
    'algorithm',
    'the public key as a secret',
    () => {
      const input = `${header({ alg: 'HS256' })}.${parts[1]}`;
      const secret = Buffer.from(keys.keys[0]?.x ?? '', 'base64url');
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    },
  ],
  ['format', 'a receipt that was cut off', () => parts.join('.').slice(0, -20)],
];

describe('a receipt of the server', () => {
  test('holds, also after its key has been changed', async () => {
    expect(keys.keys).toHaveLength(2);
    expect(await verifyReceipt(parts.join('.'), keys, options)).toMatchObject({ valid: true });
  });

  test.each(FORGED)('does not hold with %s: %s', async (problem, _how, forge) => {
    expect(await verifyReceipt(forge(), keys, options)).toEqual({ valid: false, problem });
  });

  test('is none of another server’s, and of nobody else’s ledger', async () => {
    const receipt = parts.join('.');
    const elsewhere = { ...options, issuer: 'https://elsewhere.example' };
    expect(await verifyReceipt(receipt, keys, elsewhere)).toEqual({ valid: false, problem: 'issuer' });
    const ravi = await app().signUp();
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    const another = { ...options, ledger: await readLedger(ravi) };
    expect(await verifyReceipt(receipt, keys, another)).toEqual({ valid: false, problem: 'ledger' });
  });

  test('is taken for no credential, and no access token for a receipt', async () => {
    const bearer = { authorization: `Bearer ${parts.join('.')}` };
    const { status } = await app().call('auth.me', { method: 'GET', headers: bearer });
    expect(status).toBe(401);
    const { accessToken } = await app().signUp();
    expect(await verifyReceipt(accessToken, keys)).toEqual({ valid: false, problem: 'algorithm' });
  });
});
