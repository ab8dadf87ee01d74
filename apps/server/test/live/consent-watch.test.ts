import { describe, expect, test } from 'vitest';
import { useTestApp, wish } from '../consent/support.ts';
import { askWatch, countWatchers, openWatch, refusal } from './support.ts';

const app = useTestApp();

describe('consent.watch', () => {
  test('tells the person each entry of their ledger, live and in order', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await using watch = await openWatch(app(), asha, 'consent.watch');
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const hospital = await app().signUpOrganization();
    await hospital.client.orgAccess.request.mutate(wish(asha));
    const told = await watch.first(3);
    const { items } = await asha.client.consent.ledger.query();
    expect(told.map(({ data }) => data)).toEqual(items.slice(1));
    expect(told.map(({ id }) => id)).toEqual(['2', '3', '4']);
  });

  test('begins with the times that its client needs, and names the event that it starts after', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await using watch = await openWatch(app(), asha, 'consent.watch');
    expect(watch.all).toEqual([
      { event: 'connected', id: '1', data: { reconnectAfterInactivityMs: 60_000 } },
    ]);
    expect(Object.fromEntries(watch.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-store'),
      'x-accel-buffering': 'no',
      'last-event-id': '1',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    });
  });

  test('tells nobody else', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await using watch = await openWatch(app(), ravi, 'consent.watch');
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await ravi.client.consent.grant.mutate({ categoryId: 2 });
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    await ravi.client.consent.revoke.mutate({ categoryId: 2 });
    const told = await watch.first(2);
    expect(told.map(({ data }) => data.categoryId)).toEqual([2, 2]);
    expect(watch.messages()).toHaveLength(2);
  });

  test('goes on after the event that is named by the input or by the header, and the header wins', async () => {
    const asha = await app().signUp();
    for (let count = 0; count < 6; count++) await asha.client.consent.toggle.mutate({ categoryId: 3 });
    const ids = async (call: Parameters<typeof openWatch>[3], count: number) => {
      await using watch = await openWatch(app(), asha, 'consent.watch', call);
      return [watch.headers.get('last-event-id'), ...(await watch.first(count)).map(({ id }) => id)];
    };
    expect(await ids({ input: { lastEventId: '4' } }, 2)).toEqual(['4', '5', '6']);
    expect(await ids({ headers: { 'last-event-id': '3' } }, 3)).toEqual(['3', '4', '5', '6']);
    const both = { input: { lastEventId: '1' }, headers: { 'last-event-id': '4' } };
    expect(await ids(both, 2)).toEqual(['4', '5', '6']);
    expect(await ids({ input: { lastEventId: '0' } }, 6)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(await ids({ input: { lastEventId: null }, headers: { 'last-event-id': '' } }, 0)).toEqual(['6']);
  });

  test('a page is no limit: 250 entries come as they are', async () => {
    const asha = await app().signUp();
    for (let count = 0; count < 250; count++) await asha.client.consent.toggle.mutate({ categoryId: 3 });
    await using watch = await openWatch(app(), asha, 'consent.watch', { input: { lastEventId: '0' } });
    const told = await watch.first(250);
    expect(told.map(({ id }) => Number(id))).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  });

  test.each(['1', '-1', '01', '1.0', '0x1', 'x', '', ' 0', '9'.repeat(20), '2147483648'])(
    'the id "%s" is none of its own',
    async (lastEventId) => {
      const asha = await app().signUp();
      const [status, error] = await refusal(
        askWatch(app(), asha, 'consent.watch', { input: { lastEventId } }),
      );
      expect([status, error.code, Object.keys(error.fields ?? {})]).toEqual([
        400,
        'INVALID_INPUT',
        ['lastEventId'],
      ]);
    },
  );

  test('the id of somebody else’s event is refused, too, in the header', async () => {
    const asha = await app().signUp();
    const headers = { 'last-event-id': '7' };
    const [status, error] = await refusal(askWatch(app(), asha, 'consent.watch', { headers }));
    expect([status, error.fields]).toEqual([
      400,
      { lastEventId: ['Give the id of an event of this stream, or none.'] },
    ]);
  });

  test('nobody is told to sign in, with the status of that', async () => {
    const [status, error] = await refusal(askWatch(app(), undefined, 'consent.watch'));
    expect([status, error.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('the cookie is a credential as good as any', async () => {
    const asha = await app().signUp();
    const answer = await app().call('auth.signIn', {
      input: { identifier: asha.email, password: asha.password, credential: 'cookie' },
    });
    const [cookie = ''] = answer.headers.getSetCookie()[0]?.split(';') ?? [];
    await using watch = await openWatch(app(), undefined, 'consent.watch', { headers: { cookie } });
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect((await watch.first(1))[0]?.data.action).toBe('CONSENT_GRANTED');
  });

  test('a credential in the URL is none', async () => {
    const asha = await app().signUp();
    const params = encodeURIComponent(JSON.stringify({ authorization: `Bearer ${asha.accessToken}` }));
    const answer = await fetch(`${app().url}/trpc/consent.watch?connectionParams=${params}`);
    expect(answer.status).toBe(400);
    await answer.text();
  });

  test('it is asked for alone, and by GET', async () => {
    const asha = await app().signUp();
    const headers = { authorization: `Bearer ${asha.accessToken}` };
    for (const path of ['consent.watch?batch=1', 'consent.list,consent.watch?batch=1']) {
      const [status, error] = await refusal(fetch(`${app().url}/trpc/${path}`, { headers }));
      expect([status, error.code]).toEqual([400, 'INVALID_INPUT']);
      expect(error.fields?.input?.[0]).toContain('httpSubscriptionLink');
    }
    const answer = await app().call('consent.watch', { headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
    const head = await fetch(`${app().url}/trpc/consent.watch`, { method: 'HEAD', headers });
    expect([head.status, await countWatchers(app())]).toEqual([204, 0]);
  });
});
