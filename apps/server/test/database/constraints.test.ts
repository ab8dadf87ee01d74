import { describe, expect, test } from 'vitest';
import { grantAndAsk, NOBODY, useTestApp, wish } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

const app = useTestApp();

const UNIQUE = '23505';
const CHECK = '23514';
const FOREIGN_KEY = '23503';
const NOT_NULL = '23502';

const insertUser = (email: string, username = email, role = 'CITIZEN') =>
  app().sql(
    `insert into users (id, email, username, username_canonical, role, password_hash, created_at)
     values (gen_random_uuid(), $1, $2, lower($2), $3, 'x', now())`,
    [email, username, role],
  );

describe('accounts', () => {
  test('one e-mail belongs to one account', async () => {
    const asha = await app().signUp();
    await expect(insertUser(asha.email, 'another')).rejects.toMatchObject({ code: UNIQUE });
  });

  test.each(['', 'Asha@example.com', 'asha @example.com', 'asha@example.com\n'])(
    'an e-mail is stored in its canonical form only: not %j',
    async (email) => {
      await expect(insertUser(email, 'asha')).rejects.toMatchObject({ code: CHECK });
    },
  );

  test('one username belongs to one account, whatever its case', async () => {
    await insertUser('kiran@example.com', 'Kiran');
    await expect(insertUser('other@example.com', 'kIRAN')).rejects.toMatchObject({ code: UNIQUE });
  });

  test.each(['citizen', 'ROOT', ''])('there is no role %j', async (role) => {
    await expect(insertUser('role@example.com', 'role', role)).rejects.toMatchObject({ code: CHECK });
  });

  test('a person belongs to one organization at most, as owner or member', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const join = (person: Person, membership: string) =>
      app().sql('insert into memberships values ($1, $2, $3, now())', [
        person.user.id,
        bank.user.organization?.id,
        membership,
      ]);
    await expect(join(hospital, 'member')).rejects.toMatchObject({ code: UNIQUE });
    await expect(join(await app().signUp(), 'guest')).rejects.toMatchObject({ code: CHECK });
  });

  test('a session’s row is named by a hash, and ends within its limit', async () => {
    const asha = await app().signUp();
    const change = (set: string) =>
      app().sql(`update sessions set ${set} where user_id = $1`, [asha.user.id]);
    await expect(change("id = 'a-token-in-clear'")).rejects.toMatchObject({ code: CHECK });
    const past = "absolute_expires_at + interval '1 second'";
    await expect(change(`expires_at = ${past}`)).rejects.toMatchObject({ code: CHECK });
    await expect(change(`refresh_expires_at = ${past}`)).rejects.toMatchObject({ code: CHECK });
  });
});

describe('consents', () => {
  test.each([
    ['granted without a date', 'granted = true, granted_at = null', CHECK],
    ['granted without the notice that was shown', 'granted = true, notice_version = null', CHECK],
    ['granted and revoked at once', 'granted = true, revoked_at = now()', CHECK],
    ['revoked without a date', 'granted = false, revoked_at = null', CHECK],
    ['neither', 'granted = null', NOT_NULL],
    ['in a language that nobody wrote', "notice_language = 'fr'", CHECK],
    ['to a category that does not exist', 'category_id = 99', FOREIGN_KEY],
  ])('no consent is %s', async (_, set, code) => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const change = app().sql(`update consents set ${set} where user_id = $1`, [asha.user.id]);
    await expect(change).rejects.toMatchObject({ code });
  });
});

describe('access requests', () => {
  test('an organization has one open request per person and category, in any open status', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    const copy = (status: string) =>
      app().sql(
        `insert into access_requests (id, organization_id, user_id, category_id, status, requested_at, expires_at, max_reads)
         select gen_random_uuid(), organization_id, user_id, category_id, $2, now(), now(), 1
         from access_requests where id = $1`,
        [id, status],
      );
    for (const first of ['PENDING', 'APPROVED', 'PAUSED']) {
      await app().sql('update access_requests set status = $2 where id = $1', [id, first]);
      for (const status of ['PENDING', 'APPROVED', 'PAUSED']) {
        await expect(copy(status)).rejects.toMatchObject({ code: UNIQUE });
      }
    }
    for (const status of ['DENIED', 'REVOKED', 'EXPIRED', 'EXHAUSTED']) await copy(status);
  });

  test.each([
    ['in an unknown status', "status = 'OPEN'", CHECK],
    ['expired without an end', "status = 'EXPIRED', expires_at = null", CHECK],
    ['exhausted without a limit', "status = 'EXHAUSTED', max_reads = null, reads = 0", CHECK],
    ['read more often than agreed', 'reads = 4', CHECK],
    ['read less than never', 'reads = -1', CHECK],
    ['for no reads at all', 'max_reads = 0', CHECK],
    ['by nobody', 'organization_id = null', NOT_NULL],
    ['by an organization that does not exist', `organization_id = '${NOBODY}'`, FOREIGN_KEY],
  ])('no request is %s', async (_, set, code) => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital, { maxReads: 3 });
    const change = app().sql(`update access_requests set ${set} where id = $1`, [id]);
    await expect(change).rejects.toMatchObject({ code });
  });

  test('go with the person and with the organization', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    const hospital = await app().signUpOrganization();
    await grantAndAsk(asha, hospital);
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    await hospital.client.orgAccess.request.mutate(wish(ravi));
    await app().sql('delete from users where id = $1', [asha.user.id]);
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items.map((request) => request.user.id)).toEqual([ravi.user.id]);
    await app().sql('delete from organizations where id = $1', [hospital.user.organization?.id]);
    expect((await ravi.client.orgAccess.incoming.query()).items).toEqual([]);
  });
});

describe('the ledger', () => {
  const entry = (values: string) =>
    app().sql(`insert into ledger_entries (person_id, seq, at, action, actor_kind, actor_id,
      details_hash, prev_hash, hash) values (gen_random_uuid(), ${values})`);
  const hash = "repeat('0', 64)";

  test.each([
    ['numbered zero', `0, now(), 'X', 'system', null, ${hash}, ${hash}, ${hash}`],
    ['by the system with an id', `1, now(), 'X', 'system', '${NOBODY}', ${hash}, ${hash}, ${hash}`],
    ['by a person without an id', `1, now(), 'X', 'person', null, ${hash}, ${hash}, ${hash}`],
    ['by an unknown kind', `1, now(), 'X', 'robot', '${NOBODY}', ${hash}, ${hash}, ${hash}`],
    ['with a hash that is none', `1, now(), 'X', 'system', null, ${hash}, ${hash}, 'abc'`],
    ['with a previous hash that is none', `1, now(), 'X', 'system', null, ${hash}, '', ${hash}`],
  ])('has no entry %s', async (_, values) => {
    await expect(entry(values)).rejects.toMatchObject({ code: CHECK });
  });
});

describe('an organization’s events', () => {
  test.each([
    ['a person’s, done by a member', 'person', 'member_id = actor_id'],
    ['the clock’s, done by a key', 'system', 'actor_id = null, api_key_id = request_id'],
    ['its own, done by both', 'organization', 'member_id = actor_id, api_key_id = actor_id'],
  ])('are not %s', async (_, kind, set) => {
    const hospital = await app().signUpOrganization();
    const { id } = await grantAndAsk(await app().signUp(), hospital);
    const update = (values: string) =>
      app().sql(`update organization_events set ${values} where request_id = $1`, [id]);
    await update('member_id = null');
    await expect(update(`actor_kind = '${kind}', ${set}`)).rejects.toMatchObject({
      code: CHECK,
      constraint: 'organization_events_check1',
    });
  });
});

describe('the first categories', () => {
  test('are seven, each with its notice in three languages', async () => {
    const rows = await app().sql(
      `select id, key, array_agg(language order by language) as languages from categories
       join notices on category_id = id and version = notice_version group by id order by id`,
    );
    const keys = ['identity', 'contact', 'location', 'health', 'financial', 'education', 'employment'];
    expect(rows).toEqual(keys.map((key, index) => ({ id: index + 1, key, languages: ['en', 'gu', 'hi'] })));
  });
});
