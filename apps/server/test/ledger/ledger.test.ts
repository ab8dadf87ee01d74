import { createHash } from 'node:crypto';
import { type LedgerEntry, verifyLedger } from '@truconn/contract';
import { describe, expect, test } from 'vitest';
import { grantAndAsk, queryAs, readAll, readLedger, useTestApp } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

const app = useTestApp();

/** The fields of an entry, and no other. */
const FIELDS = [
  'seq',
  'at',
  'action',
  'actor',
  'categoryId',
  'requestId',
  'details',
  'salt',
  'detailsHash',
  'prevHash',
  'hash',
];

/** A person with one entry of many kinds. */
async function livePerson(): Promise<Person> {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('Śāstrī “Ω” & Söhne 🏥')];
  const { id: requestId } = await grantAndAsk(asha, hospital, {
    purpose: 'दवा\n\t"\\\u{1F48A}',
    maxReads: 3,
  });
  for (const decision of ['approve', 'pause', 'resume'] as const) {
    await asha.client.orgAccess.decide.mutate({ requestId, decision });
  }
  await asha.client.consent.revoke.mutate({ categoryId: 1 });
  return asha;
}

describe('consent.ledger', () => {
  test('an entry has exactly the documented fields', async () => {
    const asha = await livePerson();
    const { body } = await queryAs(app(), asha, 'consent.ledger', {});
    expect(body.result.data.items).toHaveLength(7);
    for (const entry of body.result.data.items) {
      expect(Object.keys(entry).sort()).toEqual([...FIELDS].sort());
      expect(Object.keys(entry.actor).sort()).toEqual(['id', 'kind']);
      expect(entry.salt).toMatch(/^[0-9a-f]{32}$/);
      for (const field of ['detailsHash', 'prevHash', 'hash']) expect(entry[field]).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('a person begins with an empty ledger, and sees their own only', async () => {
    const [asha, ravi] = [await livePerson(), await app().signUp()];
    expect(await ravi.client.consent.ledger.query()).toEqual({ items: [], nextCursor: null });
    const before = await readLedger(asha);
    await ravi.client.consent.toggle.mutate({ categoryId: 1 });
    expect(await readLedger(asha)).toEqual(before);
    expect((await readLedger(ravi)).map((entry) => entry.seq)).toEqual([1]);
  });

  test('comes oldest first, and the pages joined are the chain', async () => {
    const asha = await livePerson();
    const entries = await readLedger(asha);
    expect(entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const limit of [1, 2, 3, 7]) {
      expect(await readAll((page) => asha.client.consent.ledger.query({ ...page, limit }))).toEqual(entries);
    }
  });

  test('a later page verifies by itself from the hash before it', async () => {
    const asha = await livePerson();
    const first = await asha.client.consent.ledger.query({ limit: 3 });
    const second = await asha.client.consent.ledger.query({ limit: 100, cursor: first.nextCursor ?? '' });
    const prevHash = first.items.at(-1)?.hash ?? '';
    expect(await verifyLedger(second.items, { prevHash })).toMatchObject({ valid: true, entries: 4 });
    expect(await verifyLedger(second.items, { prevHash: 'f'.repeat(64) })).toEqual({
      valid: false,
      seq: 4,
      problem: 'link',
    });
  });

  test('times never run backwards, although a clock does', async () => {
    const asha = await livePerson();
    await app().sql("update ledger_heads set at = at + interval '1 hour' where person_id = $1", [
      asha.user.id,
    ]);
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const times = (await readLedger(asha)).map((entry) => entry.at);
    expect(times).toEqual([...times].sort());
    expect(Date.parse(times.at(-1) ?? '')).toBeGreaterThan(Date.now());
  });

  test('what a third party computes with nothing but SHA-256 and the rule agrees', async () => {
    for (const entry of await readLedger(await livePerson())) {
      const salt = Buffer.from(entry.salt ?? '', 'hex');
      const details = Buffer.concat([salt, Buffer.from(sortedJson(entry.details))]);
      expect(createHash('sha256').update(details).digest('hex')).toBe(entry.detailsHash);
      const { details: _, salt: __, hash, ...hashed } = entry;
      expect(createHash('sha256').update(sortedJson(hashed)).digest('hex')).toBe(hash);
    }
  });

  test('every salt is another', async () => {
    const salts = (await readLedger(await livePerson())).map((entry) => entry.salt);
    expect(new Set(salts).size).toBe(salts.length);
  });
});

describe('a ledger that was tampered with in the database', () => {
  const statements = {
    details: "update ledger_details set details = jsonb_set(details, '{purpose}', '\"Other\"')",
    salt: "update ledger_details set salt = decode(repeat('00', 16), 'hex')",
  };
  test.each(Object.entries(statements))('shows it: %s of entry 2', async (_, statement) => {
    const asha = await livePerson();
    await app().sql(`${statement} where person_id = $1 and seq = 2`, [asha.user.id]);
    expect(await verify(asha)).toEqual({ valid: false, seq: 2, problem: 'details' });
  });

  test.each([
    ["action = 'ACCESS_DENIED'", 'hash'],
    ["at = at + interval '1 millisecond'", 'hash'],
    ["actor_id = '00000000-0000-7000-8000-000000000000'", 'hash'],
    ['category_id = 2', 'hash'],
    ['request_id = null', 'hash'],
    ["details_hash = repeat('0', 64)", 'hash'],
    ["prev_hash = repeat('0', 64)", 'link'],
    ["hash = repeat('0', 64)", 'hash'],
  ])('shows it: %s of entry 3', async (change, problem) => {
    const asha = await livePerson();
    await behindTheTrigger(
      `update ledger_entries set ${change} where person_id = '${asha.user.id}' and seq = 3`,
    );
    expect(await verify(asha)).toEqual({ valid: false, seq: 3, problem });
  });

  test('shows it: an entry in the middle is gone', async () => {
    const asha = await livePerson();
    await behindTheTrigger(`delete from ledger_entries where person_id = '${asha.user.id}' and seq = 4`);
    expect(await verify(asha)).toEqual({ valid: false, seq: 4, problem: 'sequence' });
  });

  test('shows it to whoever kept the head: the newest entry is gone', async () => {
    const asha = await livePerson();
    const head = (await readLedger(asha)).at(-1)?.hash ?? '';
    await behindTheTrigger(`delete from ledger_entries where person_id = '${asha.user.id}' and seq = 7`);
    expect(await verify(asha)).toMatchObject({ valid: true, entries: 6 });
    expect(await verify(asha, head)).toEqual({ valid: false, seq: 7, problem: 'sequence' });
  });
});

async function verify(person: Person, head?: string) {
  const entries = await readAll((page) => person.client.consent.ledger.query(page));
  return verifyLedger(entries, head === undefined ? {} : { head });
}

/** What only the owner can do, and only by switching the guard off first. */
async function behindTheTrigger(statement: string): Promise<void> {
  await app().sql(`begin; alter table ledger_entries disable trigger user; ${statement};
    alter table ledger_entries enable trigger user; commit`);
}

/** RFC 8785 for what the ledger holds, written once more: keys in order, nothing between tokens. */
function sortedJson(value: LedgerEntry['details'] | unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${sortedJson(item)}`).join()}}`;
}
