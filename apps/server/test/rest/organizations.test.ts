import { afterEach, describe, expect, test, vi } from 'vitest';
import { advanceClock, grantAndAsk, NOBODY, stopClock, useTestApp } from '../consent/support.ts';
import { signInBrowser } from '../support/calls.ts';
import { askNumbered, numberOf, rest } from './truconn-support.ts';

const app = useTestApp();

afterEach(() => void vi.useRealTimers());

const URLS = [
  `POST /api/organization/consent/${NOBODY}/1/request/`,
  'GET /api/organization/requested-consent/',
  'POST /api/organization/consent/1/toggle-access/',
  'GET /api/organization/citizens/list/',
  'GET /api/organization/detail/',
] as const;

const FOR_MEMBERS = URLS.filter((url) => /request\/|citizens|detail/.test(url));

describe.each(URLS)('%s', (url) => {
  test('is 401 for nobody and for a bad credential, whatever cookie comes with it', async () => {
    const hospital = await app().signUpOrganization();
    const { cookie } = await signInBrowser(app(), hospital);
    for (const headers of [{}, { authorization: 'Token x' }, { authorization: 'Bearer x.y.z', cookie }]) {
      const { status, body } = await rest(app(), headers, url);
      expect(status).toBe(401);
      expect(body).toEqual({ detail: 'Authentication credentials were not provided.' });
    }
  });

  test('answers every credential alike, with and without its slash', async () => {
    const hospital = await app().signUpOrganization();
    const { cookie, token } = await signInBrowser(app(), hospital);
    const expected = await rest(app(), hospital, url);
    expect(expected.status).not.toBe(401);
    for (const headers of [
      { cookie },
      { authorization: `Bearer ${token}` },
      { authorization: `Token ${token}` },
    ]) {
      for (const path of [url, url.slice(0, -1) as typeof url]) {
        const { status, body } = await rest(app(), headers, path);
        expect({ status, body }).toEqual({ status: expected.status, body: expected.body });
      }
    }
  });
});

describe.each(FOR_MEMBERS)('%s', (url) => {
  test('is 403 for whoever belongs to no organization, whatever the role, and that is written down', async () => {
    for (const person of [await app().signUp(), await app().signUpAdmin()]) {
      const { status, body } = await rest(app(), person, url);
      expect(status).toBe(403);
      expect(body).toEqual({ detail: 'You do not have permission to perform this action.' });
      const events = await app().sql(
        "select 1 as one from audit_events where action = 'access.denied' and actor_id = $1",
        [person.user.id],
      );
      expect(events).toHaveLength(1);
    }
  });
});

describe('GET /api/organization/requested-consent/', () => {
  test('shows the requests to the caller’s own data, newest first', async () => {
    const [asha, hospital, bank] = [
      await app().signUp(),
      await app().signUpOrganization('City Hospital'),
      await app().signUpOrganization('Bank'),
    ];
    const first = await askNumbered(app(), asha, hospital, 4);
    const second = await askNumbered(app(), asha, bank, 5);
    const { status, body } = await rest(app(), asha, 'GET /api/organization/requested-consent/');
    expect(status).toBe(200);
    const shown = { purpose: 'To greet you by name.', status: 'PENDING', lastAccessed: null };
    expect(body).toEqual({
      message: 'Consent requests found.',
      count: 2,
      data: [
        {
          ...shown,
          id: second.number,
          organizationId: await numberOf(app(), 'organizations', bank.user.organization?.id),
          organizationName: 'Bank',
          dataType: 'Financial',
          consentId: 5,
        },
        {
          ...shown,
          id: first.number,
          organizationId: await numberOf(app(), 'organizations', hospital.user.organization?.id),
          organizationName: 'City Hospital',
          dataType: 'Health',
          consentId: 4,
        },
      ],
    });
  });

  test('says that there are none, also to the organization that has asked', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await grantAndAsk(asha, hospital);
    const { status, body } = await rest(app(), hospital, 'GET /api/organization/requested-consent/');
    expect(status).toBe(200);
    expect(body).toEqual({ message: 'No consent requests found.', count: 0, data: [] });
  });

  test('denied, paused, expired and used up show as REVOKED, here and in every other list', async () => {
    stopClock();
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const decisions = ['deny', 'approve', 'revoke'] as const;
    for (const [index, decision] of decisions.entries()) {
      const { id } = await grantAndAsk(asha, hospital, { categoryId: index + 1 });
      await asha.client.orgAccess.decide.mutate({ requestId: id, decision });
    }
    const paused = await grantAndAsk(asha, hospital, { categoryId: 4 });
    for (const decision of ['approve', 'pause'] as const)
      await asha.client.orgAccess.decide.mutate({ requestId: paused.id, decision });
    const inAMinute = new Date(Date.now() + 60_000).toISOString();
    await grantAndAsk(asha, hospital, { categoryId: 5, expiresAt: inAMinute });
    const used = await grantAndAsk(asha, hospital, { categoryId: 6, maxReads: 1 });
    await app().sql("update access_requests set status = 'EXHAUSTED', reads = 1 where id = $1", [used.id]);
    await grantAndAsk(asha, hospital, { categoryId: 7 });
    advanceClock(61);
    const expected = 'PENDING REVOKED REVOKED REVOKED REVOKED APPROVED REVOKED'.split(' ');
    const incoming = await rest(app(), asha, 'GET /api/organization/requested-consent/');
    expect(statusesOf(incoming.body.data)).toEqual(expected);
    const log = await rest(app(), asha, 'GET /api/consents/transparency-log/');
    expect(statusesOf(log.body.data)).toEqual(expected);
    const citizens = await rest(app(), hospital, 'GET /api/organization/citizens/list/');
    expect(statusesOf(citizens.body[0].access_requests)).toEqual(expected);
  });
});

describe('GET /api/organization/citizens/list/', () => {
  test('lists whom this organization has asked, with all that it asked them, newest first', async () => {
    const [asha, ravi, stranger] = [
      await app().signUp({ firstName: 'Asha', lastName: 'Patel' }),
      await app().signUp({ firstName: 'Ravi', lastName: 'Shah' }),
      await app().signUp(),
    ];
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const one = await askNumbered(app(), asha, hospital, 1);
    const two = await askNumbered(app(), ravi, hospital, 1);
    const three = await askNumbered(app(), asha, hospital, 4);
    await grantAndAsk(stranger, bank);
    await asha.client.orgAccess.toggle.mutate({ requestId: one.id });
    const { status, body } = await rest(app(), hospital, 'GET /api/organization/citizens/list/');
    expect(status).toBe(200);
    const shown = (consent: string, status: string, requested_at: string) => ({
      consent,
      purpose: 'To greet you by name.',
      status,
      requested_at,
    });
    expect(body).toEqual([
      {
        id: await numberOf(app(), 'users', asha.user.id),
        uuid: asha.user.id,
        full_name: 'Asha Patel',
        access_requests: [
          shown('Health', 'PENDING', three.requestedAt),
          shown('Identity', 'APPROVED', one.requestedAt),
        ],
      },
      {
        id: await numberOf(app(), 'users', ravi.user.id),
        uuid: ravi.user.id,
        full_name: 'Ravi Shah',
        access_requests: [shown('Identity', 'PENDING', two.requestedAt)],
      },
    ]);
  });

  test('is empty for an organization that has asked nobody', async () => {
    const hospital = await app().signUpOrganization();
    const { status, body } = await rest(app(), hospital, 'GET /api/organization/citizens/list/');
    expect([status, body]).toEqual([200, []]);
  });

  test.each([
    ['Asha', null, 'Asha'],
    [null, 'Patel', 'Patel'],
    [null, null, undefined],
  ])('calls %s %s by what there is, and never by an address', async (firstName, lastName, name) => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.profile.update.mutate({ firstName, lastName });
    await grantAndAsk(asha, hospital);
    const number = await numberOf(app(), 'users', asha.user.id);
    const { body } = await rest(app(), hospital, 'GET /api/organization/citizens/list/');
    expect(body).toMatchObject([{ full_name: name ?? `User ${number}` }]);
  });
});

describe('GET /api/organization/detail/', () => {
  test('shows a member their organization', async () => {
    const hospital = await app().signUpOrganization('City Hospital');
    const organizationId = hospital.user.organization?.id;
    await app().sql('update organizations set website = $2, address = $3 where id = $1', [
      organizationId,
      'https://cityhospital.example',
      '1 Hospital Road',
    ]);
    const { status, body } = await rest(app(), hospital, 'GET /api/organization/detail/');
    expect(status).toBe(200);
    expect(body).toEqual({
      organization: {
        id: await numberOf(app(), 'organizations', organizationId),
        uuid: organizationId,
        name: 'City Hospital',
        email: hospital.email,
        website: 'https://cityhospital.example',
        address: '1 Hospital Road',
        verified: false,
        membership: 'owner',
        created_at: expect.stringMatching(/Z$/),
      },
    });
  });

  test('its address is that of the owner who has been there longest, whoever asks', async () => {
    const [younger, first, clerk] = [await app().signUp(), await app().signUp(), await app().signUp()];
    const hospital = await app().signUpOrganization();
    for (const [person, membership, since] of [
      [younger, 'owner', '2002-01-01'],
      [first, 'owner', '2001-01-01'],
      [clerk, 'member', '2000-01-01'],
    ] as const) {
      await app().sql('insert into memberships values ($1, $2, $3, $4)', [
        person.user.id,
        hospital.user.organization?.id,
        membership,
        since,
      ]);
    }
    for (const member of [hospital, younger, clerk]) {
      const { body } = await rest(app(), member, 'GET /api/organization/detail/');
      expect(body.organization.email).toBe(first.email);
    }
    const { body } = await rest(app(), clerk, 'GET /api/organization/detail/');
    expect(body.organization).toMatchObject({ membership: 'member' });
  });

  test('of an organization without an address says null', async () => {
    const hospital = await app().signUpOrganization();
    const { body } = await rest(app(), hospital, 'GET /api/organization/detail/');
    expect(body.organization).toMatchObject({ website: null, address: null });
  });
});

function statusesOf(requests: { status: string }[]): string[] {
  return requests.map(({ status }) => status);
}
