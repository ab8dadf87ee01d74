import type { CryptoKey } from 'jose';
import * as base64url from 'jose/base64url';
import { JWSSignatureVerificationFailed } from 'jose/errors';
import { compactVerify } from 'jose/jws/compact/verify';
import { importJWK } from 'jose/key/import';
import type { LedgerEntry } from './ledger.ts';
import { RECEIPT_ALGORITHM, RECEIPT_TYPE } from './receipt-format.ts';
import type { ConsentReceipt, ReceiptKey, ReceiptKeySet } from './receipts.ts';

/** What `verifyReceipt` found. */
export type ReceiptVerdict =
  | { valid: true; receipt: ConsentReceipt; keyId: string }
  | { valid: false; problem: ReceiptProblem };

/**
 * Why a receipt does not hold: `format`, it is no receipt, or not a whole one; `algorithm`, it is not signed with
 * Ed25519; `key`, none of the keys has signed it; `signature`, it was changed, or signed by somebody else; `issuer`,
 * another server has made it; `ledger`, the ledger has no such entry.
 */
export type ReceiptProblem =
  /** It is no receipt, or not a whole one. */
  | 'format'
  /** It is not signed with Ed25519. */
  | 'algorithm'
  /** None of the keys has its name. */
  | 'key'
  /** It was changed, or signed by somebody else. */
  | 'signature'
  /** Another server has made it. */
  | 'issuer'
  /** The ledger has no such entry. */
  | 'ledger';

/** What a receipt can be checked against besides its signature. */
export interface VerifyReceiptOptions {
  /** The server's `PUBLIC_URL`, exactly as it is there. Give it wherever you trust one server and no other. */
  issuer?: string | undefined;
  /**
   * A copy of the person's ledger, or the part of it that must have the receipt's entry; check the copy itself with
   * `verifyLedger`.
   */
  ledger?: readonly LedgerEntry[] | undefined;
}

/** Many times what a receipt has; more is read by nobody. */
const MAX_CHARACTERS = 65_536;
/** 32 bytes in base64url. */
const KEY_CHARACTERS = 43;
/** 64 bytes in base64url. */
const SIGNATURE_CHARACTERS = 86;

/**
 * Checks a receipt without the server: who has signed it, that nobody has changed it, and, where the holder has more to
 * compare it with, that it is this server's and in this ledger. A receipt of a key that is not in `keys` may only be
 * newer than they are: fetch them again.
 *
 * A receipt that holds says what was decided and how that stood at `issued_at`, not how it stands now.
 *
 * @param receipt `IssuedReceipt.receipt`
 * @param keys as `fetchReceiptKeys` gives them, kept for as long as the holder likes: old keys stay good
 * @throws Error in a runtime whose Web Crypto has no Ed25519, where nothing can be said of any receipt
 * @example
 * import { fetchReceiptKeys, verifyReceipt } from '@truconn/sdk/verify';
 *
 * const { receipt } = await truconn.consent.receipt({ categoryId: 4 });
 * const keys = await fetchReceiptKeys('https://truconn.example');
 * const verdict = await verifyReceipt(receipt, keys, { issuer: 'https://truconn.example' });
 * if (verdict.valid) console.log(verdict.receipt.consent_status);
 * else console.error(verdict.problem);
 */
export async function verifyReceipt(
  receipt: string,
  keys: ReceiptKeySet,
  options: VerifyReceiptOptions = {},
): Promise<ReceiptVerdict> {
  const header = readHeader(receipt);
  if (header === undefined) return refuse('format');
  if (header.alg !== RECEIPT_ALGORITHM) return refuse('algorithm');
  if (!isReceiptHeader(header) || !hasWholeSignature(receipt)) return refuse('format');
  const key = await findKey(keys, header.kid);
  if (key === undefined) return refuse('key');
  const payload = await openSigned(receipt, key);
  if (payload === undefined) return refuse('signature');
  const claims = readClaims(payload);
  if (claims === undefined) return refuse('format');
  if (options.issuer !== undefined && claims.iss !== options.issuer) return refuse('issuer');
  if (options.ledger !== undefined && !isEntryOf(options.ledger, claims.record)) return refuse('ledger');
  return { valid: true, receipt: claims.record, keyId: header.kid };
}

/** Whether a JWK is the public half of a key that can have signed receipts. */
export function isReceiptKey(jwk: unknown): jwk is ReceiptKey {
  if (!isObject(jwk) || 'd' in jwk) return false;
  const { kty, crv, x, kid, alg, use } = jwk;
  return (
    kty === 'OKP' &&
    crv === 'Ed25519' &&
    alg === RECEIPT_ALGORITHM &&
    use === 'sig' &&
    typeof kid === 'string' &&
    typeof x === 'string' &&
    x.length === KEY_CHARACTERS &&
    isOneSpelling(x)
  );
}

function refuse(problem: ReceiptProblem): ReceiptVerdict {
  return { valid: false, problem };
}

function readHeader(receipt: string): { [name: string]: unknown } | undefined {
  if (typeof receipt !== 'string' || receipt.length > MAX_CHARACTERS) return undefined;
  const parts = receipt.split('.');
  return parts.length === 3 && parts.every(isOneSpelling) ? readJson(decode(parts[0])) : undefined;
}

// Nothing but these three: `crit` would change the rules, and a key that a receipt brings along proves nothing.
function isReceiptHeader(header: { [name: string]: unknown }): header is { typ: string; kid: string } {
  return header.typ === RECEIPT_TYPE && typeof header.kid === 'string' && Object.keys(header).length === 3;
}

function hasWholeSignature(receipt: string): boolean {
  return receipt.length - receipt.lastIndexOf('.') - 1 === SIGNATURE_CHARACTERS;
}

async function findKey(keys: ReceiptKeySet, keyId: string): Promise<CryptoKey | undefined> {
  const found = keys.keys.find((key) => isReceiptKey(key) && key.kid === keyId);
  return found && importKey(found);
}

async function importKey({ kty, crv, x }: ReceiptKey): Promise<CryptoKey> {
  try {
    // jose answers bytes for secrets alone.
    return (await importJWK({ kty, crv, x }, RECEIPT_ALGORITHM)) as CryptoKey;
  } catch (cause) {
    // Any 32 bytes can be imported, so it is not the key's fault.
    throw new Error('The Web Crypto of this runtime has no Ed25519.', { cause });
  }
}

async function openSigned(receipt: string, key: CryptoKey): Promise<Uint8Array | undefined> {
  try {
    return (await compactVerify(receipt, key, { algorithms: [RECEIPT_ALGORITHM] })).payload;
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return undefined;
    throw error;
  }
}

interface Claims {
  iss: string;
  record: ConsentReceipt;
}

// What a key of the server has signed, the server has written: this only tells receipts from what else it may sign.
function readClaims(payload: Uint8Array): Claims | undefined {
  const claims = readJson(payload);
  const record = claims?.record;
  if (claims === undefined || !isObject(record) || !isObject(record.ledger)) return undefined;
  const isWhole =
    typeof claims.iss === 'string' &&
    typeof claims.iat === 'number' &&
    typeof claims.jti === 'string' &&
    typeof claims.sub === 'string' &&
    record.receipt_id === claims.jti &&
    record.pii_principal_id === claims.sub &&
    typeof record.ledger.seq === 'number' &&
    typeof record.ledger.hash === 'string';
  return isWhole ? (claims as unknown as Claims) : undefined;
}

function isEntryOf(entries: readonly LedgerEntry[], { ledger }: ConsentReceipt): boolean {
  return entries.some(({ seq, hash }) => seq === ledger.seq && hash === ledger.hash);
}

// Base64url leaves bits unused at the end, and decoders let them be anything: one receipt has one spelling.
function isOneSpelling(part: string): boolean {
  return /^[\w-]*$/.test(part) && base64url.encode(decode(part) ?? '?') === part;
}

function decode(part: string | undefined): Uint8Array | undefined {
  try {
    return base64url.decode(part ?? '');
  } catch {
    return undefined;
  }
}

function readJson(bytes: Uint8Array | undefined): { [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
