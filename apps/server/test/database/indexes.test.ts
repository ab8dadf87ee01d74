import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/connection.ts';
import {
  countLiveApiKeys,
  listApiKeys,
  nameApiKeyLookup,
} from '../../src/database/queries/api-keys.queries.ts';
import { listAuditEvents } from '../../src/database/queries/audit.queries.ts';
import { nameCredentialLookups } from '../../src/database/queries/auth.queries.ts';
import { findConsentAndOffer, listConsents } from '../../src/database/queries/consent.queries.ts';
import {
  listEndedConsents,
  listEndedRequests,
  listPeoplePastEnds,
  listPeopleToTell,
} from '../../src/database/queries/endings.queries.ts';
import {
  listOpenInvitations,
  lockWaitingInvitation,
} from '../../src/database/queries/invitations.queries.ts';
import {
  findLastEntry,
  listConsentEntries,
  listLedgerEntries,
  lockLedgerHead,
} from '../../src/database/queries/ledger.queries.ts';
import { listNoticeVersions } from '../../src/database/queries/notices.queries.ts';
import { findLatestApplication } from '../../src/database/queries/officer-applications.queries.ts';
import {
  findOpenRequest,
  findRequestOfEither,
  findRequestOfPerson,
  listOpenRequests,
  listRequests,
} from '../../src/database/queries/org-access.queries.ts';
import { listSessions, nameSessionLookups } from '../../src/database/queries/sessions.queries.ts';
import type { Tables } from '../../src/database/tables.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runOn } from './support.ts';

let owner: TestDatabase;
let pool: pg.Pool;
let kysely: Kysely<Tables>;
let asked: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  owner = await createTestDatabase();
  await runOn(owner.ownerUrl, CROWD);
  // Its own run: a transaction's statistics are not seen by ANALYZE before it ends.
  await runOn(owner.ownerUrl, 'analyze');
  pool = new pg.Pool({ connectionString: owner.ownerUrl, max: 2 });
  kysely = new Kysely({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void asked.push(query) });
});
afterAll(async () => {
  await kysely.destroy();
  await owner[Symbol.asyncDispose]();
});

/** Enough of everything that PostgreSQL would not read whole tables for one row. */
const CROWD = `
  insert into users (id, email, username, username_canonical, role, password_hash, created_at)
    select md5('user' || n)::uuid, n || '@example.com', n::text, n::text, 'CITIZEN', 'x', now()
    from generate_series(1, 3000) n;
  insert into profiles (user_id, language) select id, 'en' from users;
  insert into organizations (id, name, created_at)
    select md5('organization' || n)::uuid, 'Organization', now() from generate_series(1, 500) n;
  insert into memberships select md5('user' || n)::uuid, md5('organization' || n)::uuid, 'owner', now()
    from generate_series(1, 500) n;
  insert into sessions select sha, md5(sha)::uuid, id, 0, now(), now(), end_at, end_at, null, null, 0, now(), end_at
    from users, generate_series(1, 2) n, lateral (select encode(sha256((id::text || n)::bytea), 'hex') as sha,
      now() + interval '1 day' as end_at) made;
  insert into consents select id, category, true, now(), null, null, 1, 'en' from users, generate_series(1, 7) category;
  insert into access_requests (id, organization_id, user_id, category_id, status, requested_at)
    select gen_random_uuid(), md5('organization' || (1 + n % 500))::uuid, users.id, 1 + n % 7, 'PENDING', now()
    from users, generate_series(1, 5) n;
  insert into ledger_heads select id, 5, now(), repeat('0', 64) from users;
  insert into ledger_entries select id, n, now(), 'CONSENT_GRANTED', 'person', id, 1 + n % 7, null,
    repeat('0', 64), repeat('0', 64), repeat('0', 64) from users, generate_series(1, 5) n;
  insert into ledger_entries select md5('user1')::uuid, n, now(), 'ACCESS_READ', 'organization',
    md5('organization1')::uuid, 1, md5('request')::uuid, repeat('0', 64), repeat('0', 64), repeat('0', 64)
    from generate_series(6, 30000) n;
  insert into ledger_details select person_id, seq, decode(repeat('00', 16), 'hex'), '{}' from ledger_entries;
  insert into organization_invitations (id, organization_id, email, membership, invited_at, expires_at)
    select gen_random_uuid(), organizations.id, n || '@example.com', 'member', now(), now()
    from organizations, generate_series(1, 20) n;
  insert into api_keys (id, organization_id, name, hash, hint, scopes, created_at)
    select gen_random_uuid(), organizations.id, 'Import', encode(sha256((organizations.id::text || n)::bytea), 'hex'),
      'tck_0000', '{read}', now()
    from organizations, generate_series(1, 10) n;
  insert into officer_applications (id, user_id, status, applied_at)
    select gen_random_uuid(), id, 'PENDING', now() from users;
  insert into audit_events (id, at, action, actor_id, subject_id)
    select lpad(to_hex(n), 32, '0')::uuid, now(),
      case when n % 1000 = 0 then 'organization.verified' else 'user.sign_in' end,
      md5('user' || n % 3000)::uuid, md5('user' || n % 3000)::uuid
    from generate_series(1, 20000) n;`;

/** These hold few rows however many people there are, or are read whole on purpose. */
const SMALL = ['categories', 'notice_versions', 'notices', 'organizations', 'memberships'];

const everything = {
  before: undefined,
  limit: 51,
  actions: undefined,
  actorId: undefined,
  subjectId: undefined,
  from: undefined,
  fromId: undefined,
  to: undefined,
  toId: undefined,
};
const userId = 'a'.repeat(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const LONG_AGO = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000ff'];
const page = { before: undefined, limit: 51, now: new Date(), status: undefined };
const people = { now: new Date(), after: undefined, limit: 10_000 };
const HOT: Record<string, (database: Database) => Promise<unknown>> = {
  'a session by its token': (db) => nameSessionLookups(db).byTokenHash.run(['0'.repeat(64)]),
  'a session by its id': (db) => nameSessionLookups(db).byPublicId.run([userId]),
  'an API key by its hash': (db) => nameApiKeyLookup(db).run([new Date(), '0'.repeat(64)]),
  'an organization’s API keys': (db) => listApiKeys(db.kysely, userId, page),
  'how many of them are good': (db) => countLiveApiKeys(db.kysely, userId, new Date()),
  'credentials by e-mail': (db) => nameCredentialLookups(db).byEmail.run(['1@example.com']),
  'credentials by username': (db) => nameCredentialLookups(db).byUsername.run(['1']),
  'a person’s sessions': (db) => listSessions(db.kysely, userId, page),
  'a person’s consents': (db) => listConsents(db.kysely, userId, { after: 0, limit: 51, language: 'hi' }),
  'a person’s consent, and what they can agree to': (db) =>
    findConsentAndOffer(db.kysely, userId, 1, { version: 1, language: 'en', ownLanguage: 'hi' }),
  'the consents under each version of a notice': (db) =>
    listNoticeVersions(db.kysely, 1, { before: undefined, limit: 51, now: new Date() }),
  'incoming requests': (db) => listRequests(db.kysely, { userId }, page),
  'incoming requests of one status': (db) =>
    listRequests(db.kysely, { userId }, { ...page, status: 'APPROVED' }),
  'outgoing requests': (db) => listRequests(db.kysely, { organizationId: userId, categoryIds: null }, page),
  'the next page of outgoing requests': (db) =>
    listRequests(db.kysely, { organizationId: userId, categoryIds: [1] }, { ...page, before: userId }),
  'one request': (db) => findRequestOfPerson(db.kysely, userId, { id: userId }, new Date()),
  'one request for either side': (db) =>
    findRequestOfEither(db.kysely, { userId, organizationId: userId }, userId, new Date()),
  'one request by its number': (db) => findRequestOfPerson(db.kysely, userId, { number: 1 }, new Date()),
  'the open request of a triple': (db) =>
    findOpenRequest(db.kysely, { userId, organizationId: userId, categoryId: 1 }, new Date()),
  'the open requests on a category': (db) => listOpenRequests(db.kysely, userId, 1, new Date()),
  'a page of the ledger': (db) => listLedgerEntries(db.kysely, userId, { after: 100, limit: 51 }),
  'a person’s history': (db) =>
    listConsentEntries(db.kysely, userId, { before: undefined, limit: 51, categoryId: undefined }),
  'a person’s history of one category': (db) =>
    listConsentEntries(db.kysely, userId, { before: 100, limit: 51, categoryId: 1 }),
  'the last decision on a request': (db) =>
    findLastEntry(
      db.kysely,
      userId,
      { categoryId: 1, requestId: userId },
      { actions: ['ACCESS_APPROVED', 'ACCESS_REVOKED'], seq: undefined },
    ),
  'the lock of a person’s ledger': (db) =>
    db.kysely.transaction().execute((trx) => lockLedgerHead(trx, userId)),
  'a page of the audit log': (db) => listAuditEvents(db.kysely, { ...everything, before: userId }),
  'the audit log of a person': (db) => listAuditEvents(db.kysely, { ...everything, subjectId: userId }),
  'the audit log by a person': (db) => listAuditEvents(db.kysely, { ...everything, actorId: userId }),
  'the audit log of a rare action': (db) =>
    listAuditEvents(db.kysely, { ...everything, actions: ['organization.verified'] }),
  'the audit log of a rare family': (db) =>
    listAuditEvents(db.kysely, {
      ...everything,
      actions: ['organization.verified', 'organization.unverified'],
    }),
  'the audit log of long ago': (db) =>
    listAuditEvents(db.kysely, {
      ...everything,
      from: new Date(0),
      fromId: LONG_AGO[0],
      to: new Date(),
      toId: LONG_AGO[1],
    }),
  'an organization’s open invitations': (db) => listOpenInvitations(db.kysely, userId, page),
  'the invitation of an address': (db) =>
    db.kysely.transaction().execute((trx) => lockWaitingInvitation(trx, userId, '1@example.com')),
  'people past an end': (db) => listPeoplePastEnds(db.kysely, people),
  'people to tell of an end': (db) => listPeopleToTell(db.kysely, people),
  'a person’s consents past their end': (db) => listEndedConsents(db.kysely, userId, new Date()),
  'a person’s requests past their end': (db) => listEndedRequests(db.kysely, userId, new Date()),
  'a person’s latest application': (db) => findLatestApplication(db.kysely, userId),
};

describe('with thousands of people, an index finds', () => {
  test.each(Object.keys(HOT))('%s', async (name) => {
    asked = [];
    await HOT[name]?.(listening());
    const [statement] = asked.filter(({ sql }) => /^select/.test(sql));
    const scans = await explain(statement?.sql ?? '', statement?.parameters ?? []);
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans.filter(({ table }) => !SMALL.includes(table))) {
      expect(scan, JSON.stringify(scans)).toMatchObject({ byIndex: true });
    }
  });
});

describe('of a person whose data are read all the time, few entries are looked at for', () => {
  const all = { before: undefined, limit: 51 };
  test.each([
    [
      'the history',
      (db: Database, id: string) => listConsentEntries(db.kysely, id, { ...all, categoryId: undefined }),
    ],
    [
      'the history of a category',
      (db: Database, id: string) => listConsentEntries(db.kysely, id, { ...all, categoryId: 1 }),
    ],
    [
      'the last decision on a request',
      (db: Database, id: string) =>
        findLastEntry(
          db.kysely,
          id,
          { categoryId: 1, requestId: userId },
          { actions: ['ACCESS_APPROVED', 'ACCESS_REVOKED'], seq: undefined },
        ),
    ],
  ])('%s', async (_, read) => {
    const [person] = await runOn<{ id: string }>(owner.ownerUrl, "select md5('user1')::uuid as id");
    asked = [];
    await read(listening(), person?.id ?? '');
    const [statement] = asked;
    const rows = await runOn<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      owner.ownerUrl,
      `explain (analyze, format json) ${statement?.sql}`,
      [...(statement?.parameters ?? [])],
    );
    expect(lookedAt(rows[0]?.['QUERY PLAN'][0].Plan)).toBeLessThan(100);
  });
});

test('deleting a person, an organization or an account that asked looks through no whole table', async () => {
  const rows = await runOn<{ key: string }>(
    owner.ownerUrl,
    `select conrelid::regclass || '.' || attname as key
     from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f' and confrelid in ('users'::regclass, 'organizations'::regclass)
       and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1] and indpred is null)`,
  );
  expect(rows).toEqual([]);
});

interface Scan {
  table: string;
  byIndex: boolean;
}

interface Plan {
  'Node Type': string;
  'Actual Rows'?: number;
  'Rows Removed by Filter'?: number;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Recheck Cond'?: string;
  Plans?: Plan[];
}

async function explain(statement: string, parameters: readonly unknown[]): Promise<Scan[]> {
  const rows = await runOn<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    owner.ownerUrl,
    `explain (format json) ${statement}`,
    [...parameters],
  );
  return scansOf(rows[0]?.['QUERY PLAN'][0].Plan);
}

/** Entries of the ledger that a plan read, those that it threw away, too. */
function lookedAt(plan: Plan | undefined): number {
  if (plan === undefined) return 0;
  const rows = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0);
  const own = plan['Relation Name'] === 'ledger_entries' ? rows : 0;
  return (plan.Plans ?? []).reduce((sum, each) => sum + lookedAt(each), own);
}

function scansOf(plan: Plan | undefined): Scan[] {
  if (plan === undefined) return [];
  const table = plan['Relation Name'];
  const byIndex = (plan['Index Cond'] ?? plan['Recheck Cond']) !== undefined;
  return [...(table === undefined ? [] : [{ table, byIndex }]), ...(plan.Plans ?? []).flatMap(scansOf)];
}

/** The real database, with an ear on its named statements too. */
function listening(): Database {
  const query = (config: { text: string; values: unknown[] }) => {
    asked.push({ sql: config.text, parameters: config.values });
    return pool.query(config);
  };
  // Named statements call this one form of `query` only.
  const ear = { query } as unknown as pg.Pool;
  return {
    kysely,
    pool: ear,
    statementNames: true,
    transact: (work) => kysely.transaction().execute(work),
    close: async () => undefined,
  };
}
