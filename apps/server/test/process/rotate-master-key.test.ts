import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { receiptKeyContext, recordKeyContext } from '../../src/encryption/contexts.ts';
import { createEnvelope, type Envelope, makeKey } from '../../src/encryption/envelope.ts';
import { deriveMasterKeys } from '../../src/encryption/master-keys.ts';
import { createWorkplace, type Workplace } from '../support/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { eventually } from '../support/time.ts';

vi.setConfig({ testTimeout: 60_000 });

const [OLD, NEW] = ['4f1c9a7be2d853061f7a9c0e5b2d8846aa10', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'];
/** Enough for a rotation to be met in the middle. */
const PEOPLE = 2_500;

const old = createEnvelope(deriveMasterKeys(OLD));
const next = createEnvelope(deriveMasterKeys(NEW));

let database: TestDatabase;
let place: Workplace;
let owner: pg.Client;
/** By what they are wrapped as. */
let keys: Map<string, Buffer>;
beforeAll(async () => {
  database = await createTestDatabase();
  place = createWorkplace();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  keys = await insertKeys();
});
afterAll(async () => {
  await owner.end();
  await place[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const env = (secrets: Record<string, string>) => ({
  DATABASE_URL: database.appUrl,
  DATABASE_MIGRATION_URL: database.ownerUrl,
  ...secrets,
});
const ROTATING = { MASTER_KEY: NEW, MASTER_KEY_FALLBACKS: OLD };

async function insertKeys(): Promise<Map<string, Buffer>> {
  const people = Array.from({ length: PEOPLE }, () => ({ id: crypto.randomUUID(), key: makeKey() }));
  const wrapped = people.map(({ id, key }) => old.wrap(key, recordKeyContext(id)).bytes);
  await owner.query(
    `insert into truconn_keys.record_keys (user_id, id, wrapped_key, master_key_id, created_at)
       select user_id, gen_random_uuid(), wrapped_key, $3, now()
       from unnest($1::uuid[], $2::bytea[]) as made (user_id, wrapped_key)`,
    [people.map(({ id }) => id), wrapped, old.masterKeyId],
  );
  const signing = makeKey();
  await owner.query(
    `insert into truconn_keys.receipt_keys (id, public_key, wrapped_private_key, master_key_id, created_at)
       values ('kid-1', '{}', $1, $2, now())`,
    [old.wrap(signing, receiptKeyContext('kid-1')).bytes, old.masterKeyId],
  );
  const entries = people.map(({ id, key }): [string, Buffer] => [recordKeyContext(id), key]);
  return new Map([...entries, [receiptKeyContext('kid-1'), signing]]);
}

/** How many keys this master key wraps. */
async function countOf({ masterKeyId }: Envelope): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `select count(*)::integer from (
       select master_key_id from truconn_keys.record_keys
       union all select master_key_id from truconn_keys.receipt_keys) as wrapped
     where master_key_id = $1`,
    [masterKeyId],
  );
  return rows[0]?.count ?? -1;
}

/** Every key still opens with one of these, and is the one that it was. */
async function expectReadable(envelope: Envelope): Promise<void> {
  const { rows } = await owner.query<{ context: string; bytes: Buffer; masterKeyId: string }>(
    `select 'record key of ' || user_id as context, wrapped_key as bytes, master_key_id as "masterKeyId"
       from truconn_keys.record_keys
     union all select 'receipt key ' || id, wrapped_private_key, master_key_id from truconn_keys.receipt_keys`,
  );
  expect(rows).toHaveLength(keys.size);
  const opened = rows.map((row): [string, Buffer] => [row.context, envelope.unwrap(row, row.context)]);
  expect(opened.filter(([context, key]) => !keys.get(context)?.equals(key))).toEqual([]);
}

describe('a new MASTER_KEY', () => {
  test('without the old one stops the start and is found by the doctor: both say what to set', async () => {
    for (const args of [['main.js'], ['cli.js', 'doctor']]) {
      const { code, output } = await place.run(args, { env: env({ MASTER_KEY: NEW }) });
      expect(output).toContain(`wrapped under another MASTER_KEY (${old.masterKeyId})`);
      expect(output).toContain('MASTER_KEY_FALLBACKS');
      expect(output).not.toMatch(/ {4}at /);
      expect(code).toBe(1);
    }
  });

  test('is told by the doctor that keys wait to be wrapped anew', async () => {
    const { output } = await place.run(['cli.js', 'doctor'], { env: env(ROTATING) });
    expect(output).toContain(
      `! Keys that only MASTER_KEY_FALLBACKS opens: ${keys.size}; npm run rotate-master-key.`,
    );
  });

  test('killed in the middle of the rotation, all keys open; the next run does the rest', async () => {
    const killed = place.launch(['cli.js', 'rotate-master-key'], env(ROTATING));
    await eventually(async () => (await countOf(next)) > 0);
    await killed.stop('SIGKILL');
    const rest = await countOf(old);
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(keys.size);
    await expectReadable(createEnvelope(deriveMasterKeys(NEW, [OLD])));

    const { code, output } = await place.run(['cli.js', 'rotate-master-key'], { env: env(ROTATING) });
    expect(output).toMatch(
      new RegExp(`^Wrapped anew: ${rest - 1} keys of records, 1 of receipts\\.\nOnce every`),
    );
    expect(output).toContain('MASTER_KEY_FALLBACKS can go.');
    expect(code).toBe(0);
    expect(await countOf(next)).toBe(keys.size);
    await expectReadable(next);
  });

  test('serves alone afterwards', async () => {
    const server = await place.start(env({ MASTER_KEY: NEW }));
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('leaves what does not open as it is, does the others, and exits 1', async () => {
    const [broken] = [...keys.keys()];
    const userId = broken?.split(' ').at(-1);
    await owner.query(
      `update truconn_keys.record_keys set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)
         where user_id = $1`,
      [userId],
    );
    const back = env({ MASTER_KEY: OLD, MASTER_KEY_FALLBACKS: NEW });
    const { code, output } = await place.run(['cli.js', 'rotate-master-key'], { env: back });
    expect(output).toBe(
      `Wrapped anew: ${PEOPLE - 1} keys of records, 1 of receipts.
What is encrypted as "${broken}" does not open: it was changed or moved.
What does not open stays as it is: 1.
`,
    );
    expect(code).toBe(1);
    expect([await countOf(old), await countOf(next)]).toEqual([keys.size - 1, 1]);
  });
});
