import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, mutateAs, NOBODY, queryAs, readAll, useTestApp } from '../consent/support.ts';
import { auditOf, endingBehindLock, organizationOf, signUpMember } from '../org-access/members-support.ts';
import { tally } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { callerWith, createKey, endingOf } from './support.ts';

const app = useTestApp();
let second: TestApp;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
});
afterAll(() => second[Symbol.asyncDispose]());

const DAY = 86_400_000;
const INPUT = { name: 'Import', scopes: ['read'] as ['read'] };

/** So many more good keys of an organization. */
async function fill(owner: Person, count: number): Promise<void> {
  await app().sql(
    `insert into api_keys (id, organization_id, name, hash, hint, scopes, created_at)
       select gen_random_uuid(), $1, 'Import', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 'tck_0000',
         '{read}', now()
       from generate_series(1, $2)`,
    [organizationOf(owner), count],
  );
}

describe('orgAccess.keys.create', () => {
  test('answers the key and its secret', async () => {
    const hospital = await app().signUpOrganization();
    const expiresAt = new Date(Date.now() + DAY).toISOString();
    const { key, secret } = await hospital.client.orgAccess.keys.create.mutate({
      name: '  Nightly import ',
      scopes: ['list', 'read'],
      categoryIds: [4, 1],
      expiresAt,
    });
    expect(secret).toMatch(/^tck_[0-9a-f]{64}$/);
    expect(key).toEqual({
      id: expect.any(String),
      name: 'Nightly import',
      hint: secret.slice(0, 8),
      scopes: ['read', 'list'],
      categoryIds: [1, 4],
      createdAt: expect.any(String),
      createdBy: { id: hospital.user.id, firstName: null, lastName: null },
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await hospital.client.orgAccess.keys.list.query()).toEqual({ items: [key], nextCursor: null });
  });

  test('shows the secret once: no table, list, log or audit line has it, and no two are alike', async () => {
    const hospital = await app().signUpOrganization();
    const answer = await mutateAs(app(), hospital, 'orgAccess.keys.create', INPUT);
    const { key, secret } = answer.body.result.data;
    const other = await createKey(app(), hospital);
    expect(other.secret).not.toBe(secret);
    expect(endingOf(await callerWith(app(), secret).call('orgAccess.organization'))).toBe('FORBIDDEN');
    const [row] = await app().sql<{ row: string; hash: string }>(
      'select api_keys::text as row, hash from api_keys where id = $1',
      [key.id],
    );
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
    expect(row?.hash).toBe(Buffer.from(digest).toString('hex'));
    const lines = await auditOf(app(), answer);
    expect(lines).toEqual([
      {
        action: 'organization.key_created',
        actor: hospital.user.id,
        subject: hospital.user.id,
        details: {
          organizationId: organizationOf(hospital),
          apiKeyId: key.id,
          hint: key.hint,
          scopes: ['read'],
        },
      },
    ]);
    const list = await hospital.client.orgAccess.keys.list.query();
    const told = [row?.row, ...app().logs, JSON.stringify([lines, list])].join('\n');
    for (const text of [secret, secret.slice(9), other.secret]) expect(told).not.toContain(text);
  });

  test('takes no idempotency key: an outcome that is kept would hold the secret', async () => {
    const hospital = await app().signUpOrganization();
    const headers = { authorization: `Bearer ${hospital.accessToken}`, 'idempotency-key': 'once' };
    const call = () => app().call('orgAccess.keys.create', { input: INPUT, headers });
    const [first, second] = [await call(), await call()];
    expect(first.body.result.data.key.id).not.toBe(second.body.result.data.key.id);
    expect(await app().sql("select 1 from idempotency_keys where procedure like '%keys%'")).toEqual([]);
  });

  test.each([
    [{ ...INPUT, name: ' ' }, 'name'],
    [{ ...INPUT, name: 'x'.repeat(101) }, 'name'],
    [{ ...INPUT, scopes: [] }, 'scopes'],
    [{ ...INPUT, scopes: ['write'] }, 'scopes.0'],
    [{ ...INPUT, scopes: ['read', 'read'] }, 'scopes'],
    [{ ...INPUT, categoryIds: [] }, 'categoryIds'],
    [{ ...INPUT, categoryIds: [1, 1] }, 'categoryIds'],
    [{ ...INPUT, categoryIds: [1, 0] }, 'categoryIds.1'],
    [{ ...INPUT, categoryIds: [1, 999, 2, 998] }, 'categoryIds.1', 'categoryIds.3'],
    [{ ...INPUT, expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ ...INPUT, expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [{ ...INPUT, secret: 'tck_mine' }, ''],
  ])('refuses %j on %s', async (input, ...fields) => {
    const hospital = await app().signUpOrganization();
    const answer = await mutateAs(app(), hospital, 'orgAccess.keys.create', input);
    expect([answer.status, endingOf(answer)]).toEqual([400, 'INVALID_INPUT']);
    const named = Object.keys(answer.body.error.data.fields);
    expect(fields.filter((field) => field !== '')).toEqual(fields[0] === '' ? [] : named);
    expect((await hospital.client.orgAccess.keys.list.query()).items).toEqual([]);
  });

  test('makes 50 that are good, and no more, however many are asked for at once on two instances', async () => {
    const hospital = await app().signUpOrganization();
    const elsewhere = second.client(bearer(hospital));
    const { create, revoke, list } = hospital.client.orgAccess.keys;
    await fill(hospital, 45);
    const creates = Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? hospital.client : elsewhere).orgAccess.keys.create.mutate(INPUT),
    );
    expect(await tally(creates)).toEqual({
      ok: 5,
      TOO_MANY_API_KEYS: 45,
    });
    // Neither counts one that is revoked, nor one that is past its end.
    const { items } = await list.query({ limit: 2 });
    await revoke.mutate({ keyId: items[0]?.id ?? '' });
    await app().sql('update api_keys set expires_at = now() where id = $1', [items[1]?.id]);
    expect(await tally(Array.from({ length: 4 }, () => create.mutate(INPUT)))).toEqual({
      ok: 2,
      TOO_MANY_API_KEYS: 2,
    });
    // Nor one of another organization.
    expect(
      await tally([(await app().signUpOrganization()).client.orgAccess.keys.create.mutate(INPUT)]),
    ).toEqual({ ok: 1 });
  });
});

describe('orgAccess.keys.list', () => {
  test('has the organization’s own keys, newest first, revoked ones too', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const made = [];
    for (const name of ['one', 'two', 'three']) made.push(await createKey(app(), hospital, { name }));
    await createKey(app(), bank);
    await hospital.client.orgAccess.keys.revoke.mutate({ keyId: made[1]?.key.id ?? '' });
    const items = await readAll((page) => hospital.client.orgAccess.keys.list.query({ ...page, limit: 2 }));
    expect(items.map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
      ['three', true],
      ['two', false],
      ['one', true],
    ]);
  });

  test('forgets who made a key when that account is gone, and keeps the key', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital, 'owner');
    const { key, client } = await createKey(app(), clerk);
    expect(key.createdBy).toEqual({ id: clerk.user.id, firstName: 'Asha', lastName: 'Patel' });
    await app().sql('delete from users where id = $1', [clerk.user.id]);
    const { items } = await hospital.client.orgAccess.keys.list.query();
    expect(items).toMatchObject([{ id: key.id, createdBy: null, revokedAt: null }]);
    expect((await client.orgAccess.organization.query()).id).toBe(organizationOf(hospital));
  });
});

describe('orgAccess.keys.revoke', () => {
  test('revokes once, on the audit log; again it changes nothing', async () => {
    const hospital = await app().signUpOrganization();
    const { key } = await createKey(app(), hospital);
    const revoke = () => mutateAs(app(), hospital, 'orgAccess.keys.revoke', { keyId: key.id });
    const [first, second] = [await revoke(), await revoke()];
    const revoked = first.body.result.data;
    expect(revoked).toEqual({ ...key, revokedAt: expect.any(String) });
    expect(second.body.result.data).toEqual(revoked);
    expect(await auditOf(app(), first)).toMatchObject([
      {
        action: 'organization.key_revoked',
        actor: hospital.user.id,
        details: { organizationId: organizationOf(hospital), apiKeyId: key.id, hint: key.hint },
      },
    ]);
    expect(await auditOf(app(), second)).toEqual([]);
  });

  test('another organization’s key answers like one that does not exist, and stays good', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const { key, client } = await createKey(app(), hospital);
    for (const keyId of [key.id, NOBODY]) {
      const error = await errorOf(bank.client.orgAccess.keys.revoke.mutate({ keyId }));
      expect(error).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
    }
    expect((await client.orgAccess.organization.query()).name).toBe('City Hospital');
  });

  test('makes room at the bound for one create of several at the same moment', async () => {
    const hospital = await app().signUpOrganization();
    const { create, revoke } = hospital.client.orgAccess.keys;
    const { key } = await create.mutate(INPUT);
    await fill(hospital, 49);
    const creates = () => Array.from({ length: 4 }, () => create.mutate(INPUT));
    const endings = await tally([...creates(), revoke.mutate({ keyId: key.id }), ...creates()]);
    // None of them, where all came before the revocation.
    expect(endings.ok).toBeLessThanOrEqual(2);
    expect(await tally(creates())).toEqual(
      endings.ok === 2 ? { TOO_MANY_API_KEYS: 4 } : { ok: 1, TOO_MANY_API_KEYS: 3 },
    );
  });
});

describe('an organization’s keys are its owners’ matter', () => {
  test('and no member’s, no stranger’s, and no owner’s who was removed, whose keys stay good', async () => {
    const hospital = await app().signUpOrganization();
    const [nurse, clerk] = [
      await signUpMember(app(), hospital),
      await signUpMember(app(), hospital, 'owner'),
    ];
    const { key, client } = await createKey(app(), clerk);
    await hospital.client.orgAccess.members.remove.mutate({ userId: clerk.user.id });
    for (const person of [nurse, clerk, await app().signUp(), await app().signUpAdmin()]) {
      const answers = [
        await mutateAs(app(), person, 'orgAccess.keys.create', INPUT),
        await mutateAs(app(), person, 'orgAccess.keys.revoke', { keyId: key.id }),
        await queryAs(app(), person, 'orgAccess.keys.list', undefined),
      ];
      expect(answers.map(endingOf)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    }
    expect((await client.orgAccess.organization.query()).name).toBe('City Hospital');
    const { items } = await hospital.client.orgAccess.keys.list.query();
    expect(items).toMatchObject([{ id: key.id, revokedAt: null, createdBy: { id: clerk.user.id } }]);
  });

  test('and no owner’s who ceases to be one at that moment', async () => {
    for (const procedure of ['create', 'revoke'] as const) {
      const hospital = await app().signUpOrganization();
      const clerk = await signUpMember(app(), hospital, 'owner');
      const { key } = await createKey(app(), clerk);
      const { create, revoke } = clerk.client.orgAccess.keys;
      const ending = await endingBehindLock(app(), second, {
        lock: ['select from organizations where id = $1 for update', organizationOf(hospital)],
        call: () => (procedure === 'create' ? create.mutate(INPUT) : revoke.mutate({ keyId: key.id })),
        change: [`update memberships set membership = 'member' where user_id = $1`, clerk.user.id],
      });
      expect(ending).toBe('FORBIDDEN');
      const { items } = await hospital.client.orgAccess.keys.list.query();
      expect(items).toMatchObject([{ id: key.id, revokedAt: null }]);
    }
  });

  test('making one asks for a verified address where the server does; revoking and listing do not', async () => {
    await using strict = await startTestApp({
      database: app().database,
      env: { REQUIRE_VERIFIED_EMAIL: 'true' },
    });
    const hospital = await strict.signUpOrganization();
    const { create, revoke, list } = hospital.client.orgAccess.keys;
    expect(await tally([create.mutate(INPUT)])).toEqual({ EMAIL_NOT_VERIFIED: 1 });
    const verify = (at: string) =>
      strict.sql(`update users set email_verified_at = ${at} where id = $1`, [hospital.user.id]);
    await verify('now()');
    const { key } = await create.mutate(INPUT);
    await verify('null');
    expect(await tally([list.query(), revoke.mutate({ keyId: key.id })])).toEqual({ ok: 2 });
  });
});
