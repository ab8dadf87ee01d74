import canonicalize from 'canonicalize';
import type { Json, LedgerEntry } from './ledger.ts';

/** `prevHash` of a person's first entry. */
export const GENESIS_HASH = '0'.repeat(64);

/** The text whose SHA-256 is an entry's `hash`: RFC 8785 JSON without `details`, `salt` and `hash`. */
export function entryPreimage(entry: Omit<LedgerEntry, 'details' | 'salt' | 'hash'>): string {
  const { seq, at, action, actor, categoryId, requestId, detailsHash, prevHash } = entry;
  return toCanonicalJson({
    seq,
    at,
    action,
    actor: { kind: actor.kind, id: actor.id },
    categoryId,
    requestId,
    detailsHash,
    prevHash,
  });
}

/** The text that follows the salt's bytes in the preimage of `detailsHash`. */
export function toCanonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no JSON form.');
  return text;
}

/** What `verifyLedger` found. `head` is the last entry's hash; `seq` is the first entry that does not hold. */
export type LedgerVerdict =
  | { valid: true; entries: number; head: string }
  | { valid: false; seq: number; problem: LedgerProblem };

/**
 * Why an entry does not hold: `sequence`, it is missing, doubled or out of order; `link`, it does not follow the
 * entry before; `hash`, it was changed; `details`, its details were changed.
 */
export type LedgerProblem =
  /** An entry is missing, doubled or out of order. */
  | 'sequence'
  /** It does not follow the entry before. */
  | 'link'
  /** The entry was changed. */
  | 'hash'
  /** Its details were changed. */
  | 'details';

/**
 * Checks a copy of a person's ledger without the server: numbers, links, hashes, and details
 * where they were not erased. Needs Web Crypto only.
 *
 * @param entries the whole chain, oldest first, or a stretch of it
 * @param options.prevHash the hash of the entry before the stretch; the chain's beginning unless told
 * @param options.head the hash that the last entry must have, where the holder of the copy kept it:
 *   without it, entries cut off at the end cannot be noticed
 * @example
 * import { verifyLedger } from '@truconn/sdk/verify';
 *
 * const entries = [];
 * for await (const entry of truconn.consent.ledger.all()) entries.push(entry);
 * const verdict = await verifyLedger(entries);
 * if (!verdict.valid) console.error(`entry ${verdict.seq}: ${verdict.problem}`);
 */
export async function verifyLedger(
  entries: readonly LedgerEntry[],
  options: { prevHash?: string; head?: string } = {},
): Promise<LedgerVerdict> {
  let prevHash = options.prevHash ?? GENESIS_HASH;
  let seq = options.prevHash === undefined ? 1 : (entries[0]?.seq ?? 1);
  for (const entry of entries) {
    const problem = await findProblem(entry, seq, prevHash);
    if (problem !== undefined) return { valid: false, seq, problem };
    prevHash = entry.hash;
    seq += 1;
  }
  if (options.head !== undefined && options.head !== prevHash)
    return { valid: false, seq, problem: 'sequence' };
  return { valid: true, entries: entries.length, head: prevHash };
}

async function findProblem(
  entry: LedgerEntry,
  seq: number,
  prevHash: string,
): Promise<LedgerProblem | undefined> {
  if (entry.seq !== seq) return 'sequence';
  if (entry.prevHash !== prevHash) return 'link';
  if (!(await hasHash(entry.hash, '', () => entryPreimage(entry)))) return 'hash';
  if (entry.details === null && entry.salt === null) return undefined;
  const holds = await hasHash(entry.detailsHash, entry.salt ?? '', () => toCanonicalJson(entry.details));
  return holds ? undefined : 'details';
}

async function hasHash(hash: string, salt: string, canonical: () => string): Promise<boolean> {
  const text = tryCanonical(canonical);
  if (text === undefined) return false;
  return (await sha256Hex(joinBytes(hexToBytes(salt), new TextEncoder().encode(text)))) === hash;
}

// A copy can hold what has no canonical form, such as half a surrogate pair; nothing of the kind was ever hashed.
function tryCanonical(canonical: () => string): string | undefined {
  try {
    return canonical();
  } catch {
    return undefined;
  }
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function hexToBytes(hex: string): Uint8Array {
  const pairs = /^(?:[0-9a-f]{2})*$/.test(hex) ? (hex.match(/../g) ?? []) : [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
