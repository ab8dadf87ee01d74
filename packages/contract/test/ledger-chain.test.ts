import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTOR_KINDS, LEDGER_ACTIONS, type LedgerEntry } from '../src/ledger.ts';
import { entryPreimage, GENESIS_HASH, verifyLedger } from '../src/ledger-chain.ts';
import { handJson } from './hand-json.ts';

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** What an entry says, before it is chained. */
type Said = Pick<LedgerEntry, 'action' | 'actor' | 'categoryId' | 'requestId' | 'at'> & {
  details: NonNullable<LedgerEntry['details']>;
  salt: string;
};

/** A chain made by the rules alone, with node:crypto and JSON built by hand: nothing of the code under test. */
function chainOf(said: Said[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const { details, salt, ...rest } of said) {
    const detailsHash = sha256(Buffer.from(salt, 'hex'), handJson(details));
    const prevHash = entries.at(-1)?.hash ?? '0'.repeat(64);
    const hashed = { ...rest, seq: entries.length + 1, detailsHash, prevHash };
    entries.push({ ...hashed, details, salt, hash: sha256(handJson(hashed)) });
  }
  return entries;
}

const fiveEntries = () =>
  chainOf(
    [1, 2, 3, 4, 5].map((number) => ({
      at: `2030-01-0${number}T00:00:00.000Z`,
      action: 'CONSENT_MODIFIED',
      actor: { kind: 'person', id: '0190d6a0-0000-7000-8000-000000000001' },
      categoryId: number,
      requestId: null,
      details: { number, note: 'नमस्ते', nested: { b: [1, null, true], a: '' } },
      salt: `${number}`.repeat(32),
    })),
  );

/** The five entries with one thing done to them. */
function tampered(change: (entries: LedgerEntry[]) => void): LedgerEntry[] {
  const entries = structuredClone(fiveEntries());
  change(entries);
  return entries;
}
const at = (entries: LedgerEntry[], seq: number) => entries[seq - 1] as LedgerEntry;

describe('verifyLedger', () => {
  test('an untouched chain holds, and its head is the last hash', async () => {
    const entries = fiveEntries();
    expect(await verifyLedger(entries)).toEqual({ valid: true, entries: 5, head: entries[4]?.hash });
    expect(await verifyLedger(entries, { head: at(entries, 5).hash })).toMatchObject({ valid: true });
  });

  test('an empty chain holds; its head is 64 zeros', async () => {
    expect(GENESIS_HASH).toBe('0'.repeat(64));
    expect(await verifyLedger([])).toEqual({ valid: true, entries: 0, head: GENESIS_HASH });
    const head = at(fiveEntries(), 5).hash;
    expect(await verifyLedger([], { head })).toEqual({ valid: false, seq: 1, problem: 'sequence' });
  });

  test('a stretch holds from the hash before it', async () => {
    const entries = fiveEntries();
    const prevHash = at(entries, 2).hash;
    expect(await verifyLedger(entries.slice(2), { prevHash })).toMatchObject({ valid: true, entries: 3 });
    expect(await verifyLedger(entries.slice(2))).toEqual({ valid: false, seq: 1, problem: 'sequence' });
    const wrong = await verifyLedger(entries.slice(3), { prevHash });
    expect(wrong).toEqual({ valid: false, seq: 4, problem: 'link' });
  });

  test.each<[string, number, string, (entries: LedgerEntry[]) => void]>([
    ['details changed', 3, 'details', (entries) => Object.assign(at(entries, 3), { details: { number: 4 } })],
    ['details emptied', 2, 'details', (entries) => Object.assign(at(entries, 2), { details: {} })],
    ['details gone, salt left', 2, 'details', (entries) => Object.assign(at(entries, 2), { details: null })],
    ['salt gone, details left', 2, 'details', (entries) => Object.assign(at(entries, 2), { salt: null })],
    ['salt changed', 5, 'details', (entries) => Object.assign(at(entries, 5), { salt: '00'.repeat(16) })],
    ['salt that is no hex', 5, 'details', (entries) => Object.assign(at(entries, 5), { salt: 'zz' })],
    ['action', 1, 'hash', (entries) => Object.assign(at(entries, 1), { action: 'CONSENT_REVOKED' })],
    ['time', 5, 'hash', (entries) => Object.assign(at(entries, 5), { at: '2030-01-06T00:00:00.000Z' })],
    ['actor’s kind', 2, 'hash', (entries) => Object.assign(at(entries, 2).actor, { kind: 'admin' })],
    ['actor’s id', 2, 'hash', (entries) => Object.assign(at(entries, 2).actor, { id: null })],
    ['category', 4, 'hash', (entries) => Object.assign(at(entries, 4), { categoryId: null })],
    ['request', 4, 'hash', (entries) => Object.assign(at(entries, 4), { requestId: '1' })],
    ['hash', 3, 'hash', (entries) => Object.assign(at(entries, 3), { hash: 'f'.repeat(64) })],
    ['hash of the details', 3, 'hash', (entries) => Object.assign(at(entries, 3), { detailsHash: '' })],
    ['previous hash', 3, 'link', (entries) => Object.assign(at(entries, 3), { prevHash: 'f'.repeat(64) })],
    ['number as text', 3, 'sequence', (entries) => Object.assign(at(entries, 3), { seq: '3' })],
    ['removed', 3, 'sequence', (entries) => entries.splice(2, 1)],
    ['first removed', 1, 'sequence', (entries) => entries.shift()],
    ['doubled', 4, 'sequence', (entries) => entries.splice(3, 0, at(entries, 3))],
    ['reordered', 2, 'sequence', (entries) => entries.splice(1, 2, at(entries, 3), at(entries, 2))],
    ['replayed at the end', 6, 'sequence', (entries) => entries.push(at(entries, 1))],
    [
      'removed and renumbered',
      3,
      'link',
      (entries) => {
        entries.splice(2, 1);
        for (const [index, entry] of entries.entries()) entry.seq = index + 1;
      },
    ],
  ])('finds what was done: %s of entry %i', async (_, seq, problem, change) => {
    expect(await verifyLedger(tampered(change))).toEqual({ valid: false, seq, problem });
  });

  test('an end that was cut off is found by whoever kept the head', async () => {
    const entries = fiveEntries();
    const head = at(entries, 5).hash;
    expect(await verifyLedger(entries.slice(0, 3))).toMatchObject({ valid: true });
    const verdict = await verifyLedger(entries.slice(0, 3), { head });
    expect(verdict).toEqual({ valid: false, seq: 4, problem: 'sequence' });
  });

  test('an entry rewritten with a hash of its own is found by the next one’s link', async () => {
    const entries = tampered((all) => {
      const entry = at(all, 4);
      entry.action = 'CONSENT_REVOKED';
      entry.hash = sha256(entryPreimage(entry));
    });
    expect(await verifyLedger(entries)).toEqual({ valid: false, seq: 5, problem: 'link' });
  });

  test('a chain whose details were erased holds, in part and in whole', async () => {
    const entries = fiveEntries();
    const erased = entries.map((entry) => ({ ...entry, details: null, salt: null }));
    expect(await verifyLedger(erased)).toMatchObject({ valid: true, entries: 5 });
    expect(await verifyLedger([...erased.slice(0, 2), ...entries.slice(2)])).toMatchObject({ valid: true });
  });

  test.each([
    ['half a surrogate pair', { note: '\ud800' }],
    ['half a surrogate pair in a name', { '\udc00': 1 }],
    ['no number', { number: Number.NaN }],
  ])('details that JSON cannot hold do not stop it: %s', async (_, details) => {
    const entries = tampered((all) => Object.assign(at(all, 2), { details }));
    expect(await verifyLedger(entries)).toEqual({ valid: false, seq: 2, problem: 'details' });
  });

  test('a field that JSON cannot hold, or is not there, does not stop it', async () => {
    const broken = tampered((all) => Object.assign(at(all, 2), { requestId: '\udfff' }));
    expect(await verifyLedger(broken)).toEqual({ valid: false, seq: 2, problem: 'hash' });
    for (const field of ['actor', 'at', 'detailsHash', 'hash', 'details', 'salt']) {
      const entries = tampered((all) => void Reflect.deleteProperty(at(all, 2), field));
      expect(await verifyLedger(entries), field).toMatchObject({ valid: false, seq: 2 });
    }
  });

  test('whatever people write, chains made by the rule hold, and any other byte is found', async () => {
    const said: fc.Arbitrary<Said> = fc.record({
      at: fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
        .map((date) => date.toISOString()),
      action: fc.constantFrom(...LEDGER_ACTIONS),
      actor: fc.record({ kind: fc.constantFrom(...ACTOR_KINDS), id: fc.option(fc.uuid()) }),
      categoryId: fc.option(fc.integer({ min: 1, max: 2_147_483_647 })),
      requestId: fc.option(fc.uuid()),
      // Well-formed text of all planes, numbers of all sizes.
      details: fc.dictionary(
        fc.string({ unit: 'binary' }),
        fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<never>,
      ),
      salt: fc
        .uint8Array({ minLength: 16, maxLength: 16 })
        .map((bytes) => Buffer.from(bytes).toString('hex')),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), fc.nat(), async (all, which) => {
        const entries = chainOf(all);
        expect(await verifyLedger(entries)).toMatchObject({ valid: true, entries: all.length });
        const seq = 1 + (which % all.length);
        Object.assign(at(entries, seq), { details: { ...at(entries, seq).details, tampered: 1 } });
        expect(await verifyLedger(entries)).toEqual({ valid: false, seq, problem: 'details' });
      }),
    );
  });
});
