import { verifyLedger } from '@truconn/contract';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { deleteLedgerDetails, listLedgerEntries } from '../../src/database/queries/ledger.queries.ts';
import { grantAndAsk, NOBODY, readLedger, useTestApp } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

const app = useTestApp();
let asha: Person;
beforeAll(async () => {
  asha = await app().signUp();
  await grantAndAsk(asha, await app().signUpOrganization());
});

const REWRITES = [
  "update ledger_entries set action = 'CONSENT_REVOKED'",
  'update ledger_entries set hash = hash where false',
  'delete from ledger_entries',
  'delete from ledger_entries where false',
  'truncate ledger_entries',
  'truncate ledger_entries, ledger_details cascade',
  `insert into ledger_entries select * from ledger_entries where seq = 1
    on conflict (person_id, seq) do update set action = 'CONSENT_REVOKED'`,
  `merge into ledger_entries using (select 1) as once on true when matched then delete`,
];

describe.each(['appUrl', 'ownerUrl'] as const)('the ledger’s past, for %s', (role) => {
  test.each(REWRITES)('cannot be rewritten: %s', async (statement) => {
    const before = await readLedger(asha);
    const error = await runAs(role, statement).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: '42501' });
    // The server’s role is refused before the trigger is asked, the owner by the trigger.
    const why = role === 'appUrl' ? /permission denied|must be owner/ : /append-only/;
    expect(error.message).toMatch(why);
    expect(await readLedger(asha)).toEqual(before);
  });
});

describe('the server’s role', () => {
  test.each([
    'alter table ledger_entries disable trigger user',
    'alter table ledger_entries disable trigger ledger_entries_append_only',
    'drop trigger ledger_entries_append_only on ledger_entries',
    'drop table ledger_entries',
    'alter table ledger_entries rename to old_entries',
    "set session_replication_role = 'replica'",
    'set role truconn_owner',
    'create or replace function refuse_ledger_change() returns trigger language sql as $$ select null $$',
    'drop function refuse_ledger_change() cascade',
    'update ledger_details set details = details',
    'truncate ledger_details',
    'truncate ledger_heads',
  ])('cannot get around it: %s', async (statement) => {
    await expect(runAs('appUrl', statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('cannot write two entries under one number', async () => {
    const copy = 'insert into ledger_entries select * from ledger_entries where seq = 1';
    await expect(runAs('appUrl', copy)).rejects.toMatchObject({ code: '23505' });
  });
});

describe('a person who was erased', () => {
  test('leaves a chain that verifies: their details and salts are gone, the entries stand', async () => {
    const ravi = await app().signUp();
    await grantAndAsk(ravi, await app().signUpOrganization('The Secret Clinic'), { purpose: 'A secret.' });
    const before = await readLedger(ravi);
    await withDatabase((database) => database.transact((trx) => deleteLedgerDetails(trx, ravi.user.id)));
    const after = await readLedger(ravi);
    expect(after).toEqual(before.map((entry) => ({ ...entry, details: null, salt: null })));
    expect(JSON.stringify(after)).not.toMatch(/secret/i);
  });

  test('leaves it also when their account is deleted', async () => {
    const ravi = await app().signUp();
    const hospital = await app().signUpOrganization();
    await grantAndAsk(ravi, hospital);
    const before = await readLedger(ravi);
    await runAs('appUrl', `delete from users where id = '${ravi.user.id}'`);
    expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([]);
    const after = await withDatabase(({ kysely }) =>
      listLedgerEntries(kysely, ravi.user.id, { after: 0, limit: 100 }),
    );
    expect(after).toEqual(before);
    expect(await verifyLedger(after)).toMatchObject({ valid: true, entries: 2 });
  });

  test('is erased alone: nobody else’s details are touched', async () => {
    const before = await readLedger(asha);
    await withDatabase((database) => database.transact((trx) => deleteLedgerDetails(trx, NOBODY)));
    expect(await readLedger(asha)).toEqual(before);
  });
});

/** Works as the server does, with its role. */
async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = connectDatabase(app().database.appUrl, { maxConnections: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function runAs(role: 'appUrl' | 'ownerUrl', statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: app().database[role] });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
