import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { migrate, pendingMigrations } from '../../src/database/migrate.ts';
import { MIGRATIONS } from '../../src/database/migrations/index.ts';
import { dumpSchema } from '../../src/database/schema-dump.ts';
import { startTestApp } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { type Addresses, createEmptyDatabase, runOn } from './support.ts';

const NAMES = Object.keys(MIGRATIONS);

describe('migrate', () => {
  test('started 10 times at once on an empty database works, and one of the ten has done it', async () => {
    await using database = await createEmptyDatabase();
    const applied = await Promise.all(Array.from({ length: 10 }, () => migrate(database)));
    expect(applied.flat()).toEqual(NAMES);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await expectUsable(database);
  });

  test('started by several processes at once works', async () => {
    await using database = await createEmptyDatabase();
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrateInAnotherProcess(database)));
    expect(applied.flat()).toEqual(NAMES);
    await expectUsable(database);
  });

  test('started at once for two databases that share the server’s role works', async () => {
    await using one = await createEmptyDatabase();
    await using other = await createEmptyDatabase();
    await Promise.all([migrate(one), migrate(other)]);
    for (let round = 0; round < 5; round += 1) await Promise.all([one, other, one, other].map(migrate));
    await expectUsable(one);
    await expectUsable(other);
  });

  test('again finds nothing to do, and leaves what an administrator changed', async () => {
    await using database = await createTestDatabase();
    await runOn(
      database.ownerUrl,
      "update categories set name = 'Health and care', description = 'Ours' where id = 4",
    );
    await runOn(
      database.ownerUrl,
      "update notices set body = 'Ours' where category_id = 4 and language = 'hi'",
    );
    expect(await migrate(database)).toEqual([]);
    expect(await runOn(database.ownerUrl, 'select name, description from categories where id = 4')).toEqual([
      { name: 'Health and care', description: 'Ours' },
    ]);
    const bodies = await runOn<{ body: string }>(
      database.ownerUrl,
      "select body from notices where category_id = 4 and language = 'hi'",
    );
    expect(bodies).toEqual([{ body: 'Ours' }]);
  });

  test('brings back a first category that is missing', async () => {
    await using database = await createTestDatabase();
    await runOn(database.ownerUrl, 'delete from notices where category_id = 7');
    await runOn(database.ownerUrl, 'delete from notice_versions where category_id = 7');
    await runOn(database.ownerUrl, 'delete from categories where id = 7');
    await migrate(database);
    expect(await runOn(database.ownerUrl, 'select language from notices where category_id = 7')).toHaveLength(
      3,
    );
  });

  test('needs no right to change tables once all is applied', async () => {
    await using database = await createTestDatabase();
    expect(await migrate({ ownerUrl: database.appUrl, appUrl: database.appUrl })).toEqual([]);
    await using app = await startTestApp({ database });
    expect((await app.signUp()).user.role).toBe('CITIZEN');
  });

  test('of an empty database needs that right', async () => {
    await using database = await createEmptyDatabase();
    const attempt = migrate({ ownerUrl: database.appUrl, appUrl: database.appUrl });
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  test('that fails half way leaves nothing, and works when the cause is gone', async () => {
    await using database = await createEmptyDatabase();
    await runOn(database.ownerUrl, 'create table ledger_heads (in_the_way integer)');
    await expect(migrate(database)).rejects.toMatchObject({ code: '42P07' });
    expect(await runOn(database.ownerUrl, "select to_regclass('users') as users")).toEqual([{ users: null }]);
    await runOn(database.ownerUrl, 'drop table ledger_heads');
    expect(await migrate(database)).toEqual(NAMES);
  });

  test('makes the same schema each time', async () => {
    await using fresh = await createEmptyDatabase();
    await using copy = await createTestDatabase();
    await migrate(fresh);
    expect(await dump(fresh.ownerUrl)).toBe(await dump(copy.ownerUrl));
  });
});

test('the server’s role sees that nothing is pending, and what is', async () => {
  await using database = await createTestDatabase();
  const connected = connectDatabase(database.appUrl, { maxConnections: 1 });
  expect(await pendingMigrations(connected.kysely)).toEqual([]);
  await runOn(database.ownerUrl, 'delete from kysely_migration where name = $1', [NAMES.at(-1)]);
  expect(await pendingMigrations(connected.kysely)).toEqual(NAMES.slice(-1));
  await connected.close();
});

async function migrateInAnotherProcess({ ownerUrl, appUrl }: Addresses): Promise<string[]> {
  const program = `import { migrate } from './src/database/migrate.ts';
    console.log(JSON.stringify(await migrate(JSON.parse(process.env.ADDRESSES))));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, ADDRESSES: JSON.stringify({ ownerUrl, appUrl }) },
  });
  return JSON.parse(stdout);
}

async function expectUsable({ appUrl }: Addresses): Promise<void> {
  expect(await runOn(appUrl, 'select count(*)::integer as count from categories')).toEqual([{ count: 7 }]);
  expect(await runOn(appUrl, 'select count(*)::integer as count from notices')).toEqual([{ count: 21 }]);
}

async function dump(url: string): Promise<string> {
  const connected = connectDatabase(url, { maxConnections: 1 });
  try {
    return await dumpSchema(connected.kysely);
  } finally {
    await connected.close();
  }
}
