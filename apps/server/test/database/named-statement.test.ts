import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { NamedQuery } from '../../src/database/named-query.ts';
import { type NamedStatement, nameStatement } from '../../src/database/named-statement.ts';
import { createEmptyDatabase } from './support.ts';

let addresses: Awaited<ReturnType<typeof createEmptyDatabase>>;
let database: Database;
/** What PostgreSQL sends to the pool's connections. */
const received: string[] = [];

beforeAll(async () => {
  addresses = await createEmptyDatabase();
  database = connectDatabase(addresses.ownerUrl, { maxConnections: 1 });
  database.pool.on('connect', (client) => listenTo(client));
  await sql`create table things (id int primary key, at timestamptz, list text[], data jsonb, name text)`.execute(
    database.kysely,
  );
});
afterAll(async () => {
  await database.close();
  await addresses[Symbol.asyncDispose]();
});

function listenTo(client: pg.PoolClient): void {
  // The types hide the connection of a client.
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  for (const name of ['parseComplete', 'rowDescription']) connection.on(name, () => received.push(name));
}

let count = 0;
/** A statement of its own name, given as the text of its query with its placeholders. */
function name(text: string, on: Database = database): NamedStatement<pg.QueryResultRow> {
  const compiled = { ...sql``.compile(on.kysely), sql: text };
  count += 1;
  return nameStatement(on, `test_${count}`, compiled);
}

async function receivedBy(work: () => Promise<unknown>): Promise<string[]> {
  received.length = 0;
  await work();
  return [...received];
}

describe('a named statement', () => {
  it('gives the rows that the driver’s own query gives, each time', async () => {
    const text = `select 1::int as one, null::text as nothing, true as yes, 'a"{b' as text, now()::timestamptz as at,
      '{1,2}'::int[] as list, '{"a": [1]}'::jsonb as data, 9007199254740993::bigint as large, 0.1::float8 as small,
      '\\x00ff'::bytea as bytes from generate_series(1, 3) where $1::int = 1`;
    const statement = name(text.replace('now()', "'2026-11-20 10:00:00.5+05:30'"));
    const expected = await database.pool.query(text.replace('now()', "'2026-11-20 10:00:00.5+05:30'"), [1]);
    expect(expected.rows).toHaveLength(3);
    for (let run = 0; run < 3; run += 1) expect(await statement.run([1])).toEqual(expected.rows);
  });

  it('gives no rows where there are none, each time', async () => {
    const statement = name('select 1 as one where $1::int = 0');
    for (let run = 0; run < 3; run += 1) expect(await statement.run([1])).toEqual([]);
    expect(await statement.run([0])).toEqual([{ one: 1 }]);
  });

  it('is parsed and described once on a connection', async () => {
    const statement = name('select $1::int as one');
    expect(await receivedBy(() => statement.run([1]))).toEqual(['parseComplete', 'rowDescription']);
    expect(await receivedBy(() => statement.run([2]))).toEqual([]);
  });

  it('is parsed and described on each connection', async () => {
    const wide = connectDatabase(addresses.ownerUrl, { maxConnections: 3 });
    try {
      const statement = name('select $1::int as one, pg_sleep(0.05)::text as nap', wide);
      const runs = [1, 2, 3, 4, 5, 6].map((one) => statement.run([one]));
      expect((await Promise.all(runs)).map(([row]) => row?.one)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(wide.pool.totalCount).toBe(3);
    } finally {
      await wide.close();
    }
  });

  it('writes values as the driver does', async () => {
    const insert = name('insert into things (id, at, list, data, name) values ($1, $2, $3, $4, $5)');
    const at = new Date('2026-11-20T10:00:00.123Z');
    for (const id of [1, 2, 3]) {
      expect(await insert.run([id, at, ['a', 'b"'], { a: [1] }, null])).toEqual([]);
    }
    const { rows } = await database.pool.query('select * from things order by id');
    expect(rows).toEqual(
      [1, 2, 3].map((id) => ({ id, at, list: ['a', 'b"'], data: { a: [1] }, name: null })),
    );
  });
});

describe('a named statement that fails', () => {
  it('says what PostgreSQL says, at its first run and later, and runs again', async () => {
    const divide = name('select 1 / $1::int as quotient');
    await expect(divide.run([0])).rejects.toMatchObject({ code: '22012' });
    expect(await divide.run([1])).toEqual([{ quotient: 1 }]);
    await expect(divide.run([0])).rejects.toMatchObject({ code: '22012' });
    expect(await divide.run([1])).toEqual([{ quotient: 1 }]);
  });

  it('on a connection that is kept is not parsed twice', async () => {
    const client = await database.pool.connect();
    const divide = { name: 'divide', text: 'select 1 / $1::int as quotient', known: new WeakMap() };
    const run = (by: number) =>
      new Promise((resolve, reject) => {
        const query = new NamedQuery(divide, [by]);
        query.callback = (error, rows) => (error ? reject(error) : resolve(rows));
        client.query(query);
      });
    try {
      await expect(run(0)).rejects.toMatchObject({ code: '22012' });
      expect(await receivedBy(() => run(1))).toEqual(['rowDescription']);
      await expect(run(0)).rejects.toMatchObject({ code: '22012' });
      expect(await run(1)).toEqual([{ quotient: 1 }]);
    } finally {
      client.release();
    }
  });

  it('because its text is none is refused, and the next is not', async () => {
    await expect(name('selec $1').run([1])).rejects.toMatchObject({ code: '42601' });
    expect(await name('select $1::int as one').run([1])).toEqual([{ one: 1 }]);
  });

  it('because a value cannot be written leaves the connection alone', async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const statement = name('select $1::jsonb as data');
    await expect(statement.run([circle])).rejects.toThrow(TypeError);
    expect(await statement.run([{ a: 1 }])).toEqual([{ data: { a: 1 } }]);
  });

  it('because its columns have changed is refused by PostgreSQL, and never read by the old ones', async () => {
    await sql`create table shapes (shape int)`.execute(database.kysely);
    await sql`insert into shapes values (7)`.execute(database.kysely);
    const statement = name('select * from shapes where $1::int = 1');
    expect(await statement.run([1])).toEqual([{ shape: 7 }]);
    await sql`alter table shapes alter shape type timestamptz using now()`.execute(database.kysely);
    await expect(statement.run([1])).rejects.toMatchObject({ code: '0A000' });
    expect(await statement.run([1])).toEqual([{ shape: expect.any(Date) }]);
  });

  it('because a value cannot be read says so, and the next run is heard', async () => {
    const { builtins, getTypeParser, setTypeParser } = pg.types;
    const usual = getTypeParser(builtins.MACADDR, 'text');
    setTypeParser(builtins.MACADDR, () => {
      throw new RangeError('unreadable');
    });
    try {
      const statement = name(`select '08:00:2b:01:02:03'::macaddr as mac where $1::int = 1`);
      await expect(statement.run([1])).rejects.toThrow('unreadable');
      expect(await statement.run([0])).toEqual([]);
    } finally {
      setTypeParser(builtins.MACADDR, usual);
    }
  });

  it('because the connection is lost says so, and runs on another', async () => {
    const statement = name('select pg_terminate_backend(pg_backend_pid()) as gone where $1::int = 1');
    await expect(statement.run([1])).rejects.toThrow();
    expect(await statement.run([0])).toEqual([]);
  });
});
