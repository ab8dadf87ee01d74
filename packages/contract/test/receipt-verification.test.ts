import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LedgerEntry } from '../src/ledger.ts';
import { isReceiptKey, verifyReceipt } from '../src/receipt-verification.ts';
import type { ConsentReceipt, ReceiptKey } from '../src/receipts.ts';

const ISSUER = 'https://truconn.example';
const PERSON = '0190d6a0-0000-7000-8000-000000000001';
const RECEIPT_ID = '5f0c2a52-3c5e-5b6e-9d3c-0d3f8f9d7a11';
const HASH = 'a'.repeat(64);

/** Only what the verifier looks at. */
const RECORD = {
  '@type': 'dpv:ConsentReceipt',
  receipt_id: RECEIPT_ID,
  pii_principal_id: PERSON,
  consent_status: 'dpv:ConsentGiven',
  ledger: { seq: 3, hash: HASH },
} as unknown as ConsentReceipt;
const CLAIMS = { iss: ISSUER, iat: 1_900_000_000, sub: PERSON, jti: RECEIPT_ID, record: RECORD };
const HEADER = { alg: 'EdDSA', kid: 'one', typ: 'consent-receipt+jwt' };

const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');

function jwk(key: KeyObject, kid: string): ReceiptKey {
  const { x = '' } = key.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
}

const KEYS = { keys: [jwk(theirs.publicKey, 'two'), jwk(ours.publicKey, 'one')] };

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signed with node:crypto by the rules of RFC 7515: nothing of the code under test. */
function signed(claims: unknown, header: object = HEADER, key: KeyObject = ours.privateKey): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

/** A receipt with one of its three parts put in another's place. */
function withPart(receipt: string, index: number, part: string): string {
  return receipt
    .split('.')
    .map((own, at) => (at === index ? part : own))
    .join('.');
}

const GOOD = signed(CLAIMS);
const entry = (seq: number, hash: string) => ({ seq, hash }) as LedgerEntry;

describe('verifyReceipt', () => {
  test('a receipt holds under the key that signed it, and says what it says', async () => {
    expect(await verifyReceipt(GOOD, KEYS)).toEqual({ valid: true, receipt: RECORD, keyId: 'one' });
    expect(await verifyReceipt(GOOD, KEYS, { issuer: ISSUER })).toMatchObject({ valid: true });
  });

  test('the example of RFC 8037 A.4 is signed, and is no receipt', async () => {
    const jws =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    expect(await verifyReceipt(jws, KEYS)).toEqual({ valid: false, problem: 'format' });
  });

  const hmac = (key: string) => {
    const input = `${base64url({ ...HEADER, alg: 'HS256' })}.${base64url(CLAIMS)}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };
  const header = (members: object) => signed(CLAIMS, { ...HEADER, ...members });

  test.each<[problem: string, what: string, receipt: string]>([
    ['signature', 'another payload', withPart(GOOD, 1, base64url({ ...CLAIMS, sub: 'somebody' }))],
    ['signature', 'another key', signed(CLAIMS, HEADER, theirs.privateKey)],
    ['signature', 'the name of another key', header({ kid: 'two' })],
    ['signature', 'a signature of something else', withPart(GOOD, 2, signed({}).split('.')[2] ?? '')],
    ['signature', 'no signature but zeros', withPart(GOOD, 2, 'A'.repeat(86))],
    ['key', 'the name of no key', header({ kid: 'three' })],
    ['algorithm', 'alg none', withPart(withPart(GOOD, 0, base64url({ ...HEADER, alg: 'none' })), 2, '')],
    ['algorithm', 'alg none, signed', header({ alg: 'none' })],
    ['algorithm', 'HS256 with the public key', hmac(jwk(ours.publicKey, 'one').x)],
    ['algorithm', 'no alg', header({ alg: undefined })],
    ['algorithm', 'alg in small letters', header({ alg: 'eddsa' })],
    ['format', 'another typ', header({ typ: 'at+jwt' })],
    ['format', 'no typ', header({ typ: undefined })],
    ['format', 'no kid', header({ kid: undefined })],
    ['format', 'crit', header({ crit: ['b64'], b64: true })],
    ['format', 'an unknown crit', header({ crit: ['x'], x: 1 })],
    ['format', 'a key of its own', header({ jwk: jwk(ours.publicKey, 'one') })],
    ['format', 'the address of a key', header({ jku: `${ISSUER}/.well-known/jwks.json` })],
    ['format', 'a certificate', header({ x5c: ['MII'] })],
    ['format', 'a truncated end', GOOD.slice(0, -4)],
    ['format', 'a missing signature', GOOD.slice(0, GOOD.lastIndexOf('.'))],
    ['format', 'an empty signature', GOOD.slice(0, GOOD.lastIndexOf('.') + 1)],
    ['format', 'a fourth part', `${GOOD}.`],
    ['format', 'padding', `${GOOD}==`],
    ['format', 'a line break', `${GOOD}\n`],
    ['format', 'nothing', ''],
    ['format', 'a header that is no JSON', withPart(GOOD, 0, base64url('{'))],
    ['format', 'a header that is a list', withPart(GOOD, 0, base64url([HEADER]))],
    ['format', 'a header that is no UTF-8', withPart(GOOD, 0, Buffer.from([0xff]).toString('base64url'))],
    ['format', 'more than anybody reads', signed({ ...CLAIMS, more: 'x'.repeat(65_536) })],
  ])('names what is wrong: %s for %s', async (problem, _what, receipt) => {
    expect(await verifyReceipt(receipt, KEYS)).toEqual({ valid: false, problem });
  });

  test.each<[string, unknown]>([
    ['no record', { ...CLAIMS, record: undefined }],
    ['no issuer', { ...CLAIMS, iss: undefined }],
    ['no moment', { ...CLAIMS, iat: '2030' }],
    ['another id than the record’s', { ...CLAIMS, jti: PERSON }],
    ['another person than the record’s', { ...CLAIMS, sub: RECEIPT_ID }],
    ['no entry of the ledger', { ...CLAIMS, record: { ...RECORD, ledger: null } }],
    ['an entry without a hash', { ...CLAIMS, record: { ...RECORD, ledger: { seq: 3 } } }],
    ['a list', [CLAIMS]],
    ['text', 'text'],
  ])('what the server has signed besides is no receipt: %s', async (_, claims) => {
    expect(await verifyReceipt(signed(claims), KEYS)).toEqual({ valid: false, problem: 'format' });
  });

  test.each(['https://truconn.example/', 'https://TruConn.example', 'http://truconn.example', ''])(
    'another server’s receipt is none of this one’s: %s',
    async (issuer) => {
      expect(await verifyReceipt(GOOD, KEYS, { issuer })).toEqual({ valid: false, problem: 'issuer' });
    },
  );

  test('a ledger must have the entry, with its number and its hash', async () => {
    const others = [entry(1, 'b'.repeat(64)), entry(2, HASH)];
    const held = await verifyReceipt(GOOD, KEYS, { ledger: [...others, entry(3, HASH)] });
    expect(held).toMatchObject({ valid: true });
    for (const ledger of [[], others, [...others, entry(3, 'c'.repeat(64))]]) {
      expect(await verifyReceipt(GOOD, KEYS, { ledger })).toEqual({ valid: false, problem: 'ledger' });
    }
  });

  test.each<[string, object]>([
    ['a private key', { d: 'secret' }],
    ['another curve', { crv: 'X25519' }],
    ['another kind', { kty: 'EC' }],
    ['another algorithm', { alg: 'HS256' }],
    ['a key to encrypt with', { use: 'enc' }],
    ['too short a key', { x: 'AAAA' }],
    ['a key in another spelling', { x: `${'A'.repeat(42)}B` }],
    ['no key', { x: undefined }],
  ])('%s among the keys is none', async (_, members) => {
    const key = { ...jwk(ours.publicKey, 'one'), ...members } as ReceiptKey;
    expect(isReceiptKey(key)).toBe(false);
    expect(await verifyReceipt(GOOD, { keys: [key] })).toEqual({ valid: false, problem: 'key' });
    // The good one of the same name counts.
    expect(await verifyReceipt(GOOD, { keys: [key, ...KEYS.keys] })).toMatchObject({ valid: true });
  });

  test('leaves the keys as they were', async () => {
    const keys = structuredClone(KEYS);
    await verifyReceipt(GOOD, keys);
    expect(keys).toEqual(KEYS);
    expect(Object.isFrozen(keys.keys[1])).toBe(false);
  });

  test('any other character, anywhere, and it holds no more', async () => {
    const character = fc.constantFrom(...'ABCXYZabcxyz0189-_.=+/ ');
    await fc.assert(
      fc.asyncProperty(fc.nat(GOOD.length - 1), character, async (at, other) => {
        fc.pre(GOOD[at] !== other);
        const changed = GOOD.slice(0, at) + other + GOOD.slice(at + 1);
        expect(await verifyReceipt(changed, KEYS)).toMatchObject({ valid: false });
      }),
      { numRuns: 500 },
    );
  });

  test('every bit of the last character counts, also those that base64url leaves unused', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const holding = [];
    for (const last of alphabet) {
      const { valid } = await verifyReceipt(GOOD.slice(0, -1) + last, KEYS);
      if (valid) holding.push(last);
    }
    expect(holding).toEqual([GOOD.at(-1)]);
  });

  test('whatever text it is given, it answers', async () => {
    const part = fc.oneof(fc.string(), fc.json().map(base64url), fc.base64String());
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 4 }).map((all) => all.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (receipt) => {
        expect(await verifyReceipt(receipt, KEYS)).toMatchObject({ valid: false });
      }),
    );
  });
});

describe('a runtime whose Web Crypto has no Ed25519', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('says so, and calls no receipt false', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    await expect(verifyReceipt(GOOD, KEYS)).rejects.toThrow('The Web Crypto of this runtime has no Ed25519.');
  });
});
