import { describe, expect, inject, test } from 'vitest';
import { migrate } from '../../src/database/migrate.ts';
import { useTestApp } from '../consent/support.ts';
import { asAdmin } from '../support/test-database.ts';
import { createEmptyDatabase, runOn } from './support.ts';

const app = useTestApp();

const ALL = ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];
const APPEND = ['INSERT', 'SELECT'];

/** What the server may do, table by table; a new table is added here on purpose. */
const GRANTS = {
  access_requests: ALL,
  api_keys: ['INSERT', 'SELECT', 'UPDATE'],
  audit_events: APPEND,
  categories: ['INSERT', 'SELECT', 'UPDATE'],
  consents: ALL,
  idempotency_keys: ALL,
  kysely_migration: ['SELECT'],
  kysely_migration_lock: ['SELECT'],
  ledger_details: ['DELETE', 'INSERT', 'SELECT'],
  ledger_entries: APPEND,
  ledger_heads: ALL,
  mail_tokens: ALL,
  memberships: ALL,
  notice_versions: APPEND,
  notices: APPEND,
  officer_applications: ALL,
  organization_event_heads: ALL,
  organization_events: ['DELETE', 'INSERT', 'SELECT'],
  organization_invitations: ALL,
  organizations: ALL,
  profiles: ALL,
  rate_limits: ALL,
  receipt_keys: ['INSERT', 'SELECT', 'UPDATE'],
  record_keys: ALL,
  records: ALL,
  sessions: ALL,
  users: ALL,
};

describe('the server’s role', () => {
  test('has exactly these rights', async () => {
    const rows = await runOn<{ name: string; rights: string[] }>(
      app().database.ownerUrl,
      `select table_name as name, array_agg(privilege_type::text order by privilege_type::text) as rights
       from information_schema.role_table_grants where grantee in ('truconn_app', 'PUBLIC') and table_schema in ('public', 'truconn_keys')
       group by table_name order by table_name`,
    );
    expect(Object.fromEntries(rows.map(({ name, rights }) => [name, rights]))).toEqual(GRANTS);
  });

  test('can hand none of them on, and is nothing but a role that logs in', async () => {
    const rows = await runOn(
      app().database.ownerUrl,
      `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin,
         (select count(*)::integer from pg_auth_members where member = pg_roles.oid) as member_of,
         (select count(*)::integer from information_schema.role_table_grants
          where grantee = 'truconn_app' and is_grantable = 'YES') as grantable,
         (select count(*)::integer from pg_class where relowner = pg_roles.oid) as owns
       from pg_roles where rolname = 'truconn_app'`,
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
        rolcanlogin: true,
        member_of: 0,
        grantable: 0,
        owns: 0,
      },
    ]);
  });

  test.each([
    'create table extra (id integer)',
    'create schema extra',
    'create function extra() returns integer language sql as $$ select 1 $$',
    'create view extra as select * from users',
    'create index extra on users (created_at)',
    'alter table users add column extra text',
    'alter table users drop column role',
    'alter table consents drop constraint consents_pkey',
    'alter table users disable trigger all',
    'drop table sessions',
    'drop index access_requests_one_open',
    'truncate sessions',
    'create trigger extra before insert on users execute function refuse_ledger_change()',
    'alter role truconn_app superuser',
    'alter role truconn_owner password null',
    "insert into kysely_migration values ('9999', '')",
    'delete from kysely_migration',
    'update audit_events set details = details',
    'delete from audit_events',
    "update notices set body = 'Other'",
    'delete from notices',
    "update notice_versions set fields = '{email}'",
    'update notice_versions set published_at = now()',
    'delete from notice_versions',
    'delete from categories',
    'select * from pg_authid',
    "select pg_read_file('/etc/passwd')",
    "copy users to program 'cat'",
  ])('cannot: %s', async (statement) => {
    await expect(runOn(app().database.appUrl, statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|2BP01)$/),
    });
  });

  test('cannot enter other databases of the cluster', async () => {
    const other = inject('appUrl').replace(/\/truconn\?/, '/postgres?');
    await expect(runOn(other, 'select 1')).rejects.toMatchObject({ code: '42501' });
  });

  test('gives up on a statement, a lock and an idle transaction in time', async () => {
    await using database = await createEmptyDatabase();
    await migrate(database);
    const rows = await runOn(
      database.appUrl,
      `select name, setting::integer as ms from pg_settings
       where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
    );
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', ms: 15_000 },
      { name: 'lock_timeout', ms: 5_000 },
      { name: 'statement_timeout', ms: 10_000 },
    ]);
  });
});

describe('an owner', () => {
  test('that may make roles, but not change the server’s, migrates all the same', async () => {
    await using database = await createEmptyDatabase();
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const ownerUrl = new URL(database.ownerUrl);
    [ownerUrl.username, ownerUrl.password] = [`owner_of_${name}`, 'a-password-of-a-test'];
    await asAdmin(`create role owner_of_${name} login createrole password 'a-password-of-a-test'`);
    try {
      await asAdmin(`alter database ${name} owner to owner_of_${name}`);
      expect(await migrate({ ...database, ownerUrl: ownerUrl.href })).not.toEqual([]);
      expect(await runOn(database.appUrl, 'select id from users')).toEqual([]);
    } finally {
      await asAdmin(`drop database ${name} with (force)`);
      await asAdmin(`drop role owner_of_${name}`);
    }
  });
});
