import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database, type Executor } from '../../src/database/connection.ts';
import { runByName } from '../../src/database/run-by-name.ts';
import { createEmptyDatabase } from './support.ts';

let addresses: Awaited<ReturnType<typeof createEmptyDatabase>>;
let named: Database;
let unnamed: Database;

beforeAll(async () => {
  addresses = await createEmptyDatabase();
  named = connectDatabase(addresses.ownerUrl, { maxConnections: 1 });
  unnamed = connectDatabase(addresses.ownerUrl, { maxConnections: 1, statementNames: false });
  await sql`create table things (id int primary key)`.execute(named.kysely);
});
afterAll(async () => {
  await named.close();
  await unnamed.close();
  await addresses[Symbol.asyncDispose]();
});

interface Sum {
  sum: number;
}

/** A query with one text for each name, whose values differ. */
const addTo = (db: Executor, name: string, one: number) =>
  runByName(db, name, sql<Sum>`select ${one}::int + ${sql.lit(name)}::text::int as sum`.compile(db));

/** The statements that PostgreSQL has kept for the one connection, and how often it ran each. */
async function kept({ kysely }: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; runs: number }>`
    select name, (generic_plans + custom_plans)::int as runs from pg_prepared_statements`.execute(kysely);
  return Object.fromEntries(rows.map(({ name, runs }) => [name, runs]));
}

describe('a query that is run by its name', () => {
  it('is parsed once on a connection, inside of transactions and outside', async () => {
    expect(await addTo(named.kysely, '1', 1)).toEqual([{ sum: 2 }]);
    const sums = await named.transact(async (trx) => [await addTo(trx, '1', 2), await addTo(trx, '1', 3)]);
    expect(sums).toEqual([[{ sum: 3 }], [{ sum: 4 }]]);
    expect(await kept(named)).toEqual({ 1: 3 });
  });

  it('belongs to its transaction, and goes with it', async () => {
    const insert = (db: Executor) => runByName(db, 'insert', sql`insert into things values (7)`.compile(db));
    const undone = named.transact(async (trx) => {
      await insert(trx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await insert(named.kysely)).toEqual([]);
    await expect(insert(named.kysely)).rejects.toMatchObject({ code: '23505' });
    expect(await addTo(named.kysely, '1', 4)).toEqual([{ sum: 5 }]);
  });

  it('may not be another one of the same name', async () => {
    await expect(runByName(named.kysely, '1', sql`select 1 as one`.compile(named.kysely))).rejects.toThrow(
      'Prepared statements must be unique',
    );
  });

  it('leaves others without a name', async () => {
    const before = Object.keys(await kept(named));
    await sql`select 5 as five`.execute(named.kysely);
    expect(Object.keys(await kept(named))).toEqual(before);
  });

  it('behind a pooler that cannot track names, has none', async () => {
    await unnamed.transact(async (trx) => {
      expect([await addTo(trx, '1', 1), await addTo(trx, '1', 2)]).toEqual([[{ sum: 2 }], [{ sum: 3 }]]);
    });
    expect(await kept(unnamed)).toEqual({});
  });
});
