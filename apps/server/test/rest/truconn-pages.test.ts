import { describe, expect, test } from 'vitest';
import { useTestApp } from '../consent/support.ts';
import { followLinks, nextOf, rest } from './truconn-support.ts';

const app = useTestApp();

describe('a list', () => {
  test.each(['/api/consents/', '/api/consents/status/'] as const)(
    '%s is the same page by page',
    async (url) => {
      const asha = await app().signUp();
      const whole = await rest(app(), asha, `GET ${url}`);
      for (const limit of [1, 3, 6]) {
        const pages = await followLinks(app(), asha, url, limit);
        expect(pages).toHaveLength(Math.ceil(7 / limit));
        expect(pages.flatMap(({ body }) => body)).toEqual(whole.body);
      }
      expect(nextOf(await rest(app(), asha, `GET ${url}?limit=7`))).toBeUndefined();
      expect(nextOf(await rest(app(), asha, `GET ${url}?limit=6`))).toMatch(
        new RegExp(`^${url}\\?limit=6&cursor=`),
      );
    },
  );

  test('takes no limit or cursor that is none, and says so on the field', async () => {
    const asha = await app().signUp();
    for (const limit of ['0', '-1', '1001', '9999', '10000', '1.5', '1e2', 'x', '%00', '1&limit=2']) {
      for (const url of ['/api/consents/', '/api/consents/transparency-log/'] as const) {
        const { status, body } = await rest(app(), asha, `GET ${url}?limit=${limit}`);
        expect([limit, status, Object.keys(body)]).toEqual([limit, 400, ['limit']]);
      }
    }
    for (const cursor of ['x', 'MA', 'LTE', '..%2F', '%00', 'A'.repeat(201), 'MQ&cursor=MQ']) {
      const { status, body } = await rest(app(), asha, `GET /api/consents/status/?cursor=${cursor}`);
      expect([cursor, status, Object.keys(body)]).toEqual([cursor, 400, ['cursor']]);
    }
    expect((await rest(app(), asha, 'GET /api/consents/?limit=1000')).body).toHaveLength(7);
    expect((await rest(app(), asha, 'GET /api/consents/?limit=&cursor=&format=json')).body).toHaveLength(7);
  });

  test('`Link` keeps to the host that was asked and to this URL, whatever the URL holds', async () => {
    const asha = await app().signUp();
    const url = 'GET /api/consents/?limit=1&next=%3E%0d%0aset-cookie:x&x=">;rel=next,<http://evil.example>';
    const next = nextOf(await rest(app(), asha, url)) ?? '/';
    expect(next).toMatch(/^\/api\/consents\/\?limit=1&/);
    expect(next).not.toMatch(/[<>"\s]/);
    expect((await rest(app(), asha, `GET ${next}`)).body).toMatchObject([{ id: 2 }]);
  });
});

test('more than 1000 changes are told in two answers, the second under `Link`', async () => {
  const asha = await app().signUp();
  const COUNT = 1003;
  await app().sql(
    `insert into ledger_entries select $1, n, now(), 'CONSENT_GRANTED', 'person', $1, 1 + n % 7, null,
       repeat('0', 64), repeat('0', 64), repeat('0', 64) from generate_series(1, ${COUNT}) n`,
    [asha.user.id],
  );
  const first = await rest(app(), asha, 'GET /api/consents/history');
  expect(first.body.count).toBe(1000);
  const second = await rest(app(), asha, `GET ${nextOf(first) ?? '/'}`);
  expect(second.headers.get('link')).toBeNull();
  const ids = [...first.body.history, ...second.body.history].map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: COUNT }, (_, index) => COUNT - index));
  const pages = await followLinks(app(), asha, '/api/consents/history/', 300);
  expect(pages.map(({ body }) => body.count)).toEqual([300, 300, 300, 103]);
  expect(pages.flatMap(({ body }) => body.history.map(({ id }: { id: number }) => id))).toEqual(ids);
  // A page of one category goes on in that category.
  const ofOne = await followLinks(app(), asha, '/api/consents/history/3/', 100);
  expect(ofOne.map(({ body }) => body.count)).toEqual([100, 44]);
  const categories = ofOne.flatMap(({ body }) => body.history.map(idOfCategory));
  expect(new Set(categories)).toEqual(new Set([3]));
});

test('holds everybody once up to 1000 requests; from there on the rest is under `Link`', async () => {
  const hospital = await app().signUpOrganization();
  const asha = await app().signUp();
  const COUNT = 1002;
  await app().sql(
    `insert into access_requests (id, organization_id, user_id, category_id, status, requested_at)
     select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, $2, 1, 'DENIED', now()
     from generate_series(1, ${COUNT}) n`,
    [hospital.user.organization?.id, asha.user.id],
  );
  const pages = await followLinks(app(), hospital, '/api/organization/citizens/list/', 1000);
  expect(pages.map(({ body }) => body.map(countRequests))).toEqual([[1000], [2]]);
  const whole = await rest(app(), hospital, 'GET /api/organization/citizens/list/');
  expect(whole.body).toEqual(pages[0]?.body);
  const incoming = await followLinks(app(), asha, '/api/organization/requested-consent/', 400);
  expect(incoming.map(({ body }) => body.count)).toEqual([400, 400, 202]);
  const ids = incoming.flatMap(({ body }) => body.data.map(({ id }: { id: number }) => id));
  expect(new Set(ids).size).toBe(COUNT);
  const log = await followLinks(app(), asha, '/api/consents/transparency-log/', 501);
  expect(log.map(({ body }) => body.data.length)).toEqual([501, 501]);
});

function idOfCategory({ consent_id }: { consent_id: number }): number {
  return consent_id;
}

function countRequests({ access_requests }: { access_requests: unknown[] }): number {
  return access_requests.length;
}
