import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutateAs, readAll, useTestApp } from '../consent/support.ts';
import { auditOf, endingBehindLock, organizationOf, signUpMember } from '../org-access/members-support.ts';
import { bearer, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const app = useTestApp();
let twin: TestApp;
let admin: Person;
beforeAll(async () => {
  twin = await startTestApp({ database: app().database });
  admin = await app().signUpAdmin();
});
afterAll(() => twin[Symbol.asyncDispose]());

const organizations = (person = admin) => person.client.admin.organizations;
const reason = 'The register has no such name';

describe('admin.organizations.verify', () => {
  it('shows at once to members and to whom the organization asks, and is on the log', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const wish = { userId: asha.user.id, categoryId: 1, purpose: 'Care' };
    expect((await hospital.client.orgAccess.request.mutate(wish)).organization.verified).toBe(false);
    const organizationId = organizationOf(hospital);
    const answer = await mutateAs(app(), admin, 'admin.organizations.verify', { organizationId });
    expect(answer.body.result.data).toEqual({
      id: organizationId,
      name: 'City Hospital',
      website: null,
      address: null,
      verified: true,
      verifiedAt: expect.any(String),
      createdAt: expect.any(String),
      members: 1,
    });
    expect((await hospital.client.orgAccess.organization.query()).verified).toBe(true);
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([
      { organization: { verified: true } },
    ]);
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'organization.verified',
        actor: admin.user.id,
        subject: organizationId,
        details: { reason: null },
      },
    ]);
  });

  it('is taken back with a reason, which the log keeps', async () => {
    const organizationId = organizationOf(await app().signUpOrganization());
    await organizations().verify.mutate({ organizationId, verified: true, reason: 'Seen the papers' });
    const { code, fields } = await errorOf(
      organizations().verify.mutate({ organizationId, verified: false }),
    );
    expect([code, Object.keys(fields ?? {})]).toEqual(['INVALID_INPUT', ['reason']]);
    const input = { organizationId, verified: false, reason };
    const answer = await mutateAs(app(), admin, 'admin.organizations.verify', input);
    expect(answer.body.result.data).toMatchObject({ verified: false, verifiedAt: null });
    expect(await auditOf(app(), answer)).toMatchObject([
      { action: 'organization.unverified', subject: organizationId, details: { reason } },
    ]);
  });

  it('to what it is writes nothing, and the moment of the first time stays', async () => {
    const organizationId = organizationOf(await app().signUpOrganization());
    const first = await organizations().verify.mutate({ organizationId });
    const again = await mutateAs(app(), admin, 'admin.organizations.verify', { organizationId, reason });
    expect([again.body.result.data, await auditOf(app(), again)]).toEqual([first, []]);
    const back = { organizationId, verified: false, reason };
    await organizations().verify.mutate(back);
    const twice = await mutateAs(app(), admin, 'admin.organizations.verify', back);
    expect([twice.status, await auditOf(app(), twice)]).toEqual([200, []]);
  });

  it('finds no organization that is not there', async () => {
    expect(await errorOf(organizations().verify.mutate({ organizationId: randomUUID() }))).toMatchObject({
      code: 'NOT_FOUND',
      httpStatus: 404,
    });
  });

  it('ten times at once on two instances is written down once', async () => {
    const organizationId = organizationOf(await app().signUpOrganization());
    const elsewhere = twin.client(bearer(admin.accessToken)).admin.organizations;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? organizations() : elsewhere).verify.mutate({ organizationId }),
      ),
    );
    expect(new Set(answers.map(({ verifiedAt }) => verifiedAt)).size).toBe(1);
    const rows = await app().sql(
      `select 1 from audit_events where action = 'organization.verified' and subject_id = $1`,
      [organizationId],
    );
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['is no administrator any more', `update users set role = 'CITIZEN' where id = $1`],
    ['is disabled', 'update users set disabled_at = now() where id = $1'],
  ])('by somebody who %s when their turn comes is refused', async (_what, change) => {
    const leaving = await app().signUpAdmin();
    const hospital = await app().signUpOrganization();
    const organizationId = organizationOf(hospital);
    const ending = await endingBehindLock(app(), twin, {
      lock: ['select from organizations where id = $1 for update', organizationId],
      call: () => organizations(leaving).verify.mutate({ organizationId }),
      change: [change, leaving.user.id],
    });
    expect(ending).toBe('FORBIDDEN');
    expect((await hospital.client.orgAccess.organization.query()).verified).toBe(false);
  });

  it.each([
    ['organizationId', [undefined, null, '', 1, 'me', []]],
    ['verified', [null, 'true', 1]],
    ['reason', [7, '', '  ', 'x'.repeat(1001), 'a\u0000b', null]],
    ['name', ['Other']],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const input = { organizationId: randomUUID(), [field]: value };
      const answer = await mutateAs(app(), admin, 'admin.organizations.verify', input);
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});

describe('admin.organizations.list', () => {
  it('answers organizations, newest first, with how many belong to them', async () => {
    const [lotus, bank] = [await app().signUpOrganization('Lotus'), await app().signUpOrganization('Bank')];
    await signUpMember(app(), lotus);
    const { items } = await organizations().list.query({ limit: 2 });
    expect(items.map(({ id, name, members }) => [id, name, members])).toEqual([
      [organizationOf(bank), 'Bank', 1],
      [organizationOf(lotus), 'Lotus', 2],
    ]);
  });

  it('shows what it was signed up with', async () => {
    const { email, password } = newPerson();
    const [organizationWebsite, organizationAddress] = ['https://ward7.example', '1 High Street'];
    const names = { organizationName: 'Ward 7', organizationWebsite, organizationAddress };
    await app()
      .client()
      .auth.signUp.mutate({ email, password, role: 'ORGANIZATION', ...names });
    const { items } = await organizations().list.query({ query: 'ward 7' });
    expect(items).toMatchObject([
      { name: 'Ward 7', website: organizationWebsite, address: organizationAddress },
    ]);
  });

  it('finds by a part of the name, in which % and _ are nothing special', async () => {
    const named = organizationOf(await app().signUpOrganization('100%_Pure Water'));
    for (const query of [' PURE wat ', '100%', '%_p']) {
      const { items } = await organizations().list.query({ query });
      expect([query, items.map(({ id }) => id)]).toEqual([query, [named]]);
    }
    expect((await organizations().list.query({ query: '1%r' })).items).toEqual([]);
  });

  it('finds by whether it is verified, and pages without a gap or a repetition', async () => {
    for (const name of ['A', 'B', 'C']) {
      const organizationId = organizationOf(await app().signUpOrganization(name));
      await organizations().verify.mutate({ organizationId });
    }
    const all = await readAll((page) => organizations().list.query(page));
    for (const verified of [true, false]) {
      const paged = await readAll(({ cursor }) => organizations().list.query({ verified, limit: 2, cursor }));
      expect(paged).toEqual(all.filter((organization) => organization.verified === verified));
      expect(paged.length).toBeGreaterThan(2);
    }
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', '', 'x'.repeat(201), 7]],
    ['query', [7, 'x'.repeat(201), 'a\u0000b', '\uD800', ['a']]],
    ['verified', ['true', 1, null]],
    ['offset', [1]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const bad = { [field]: value } as object;
      const { code, fields } = await errorOf(organizations().list.query(bad));
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});
