import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, errorData, signInBrowser, tally, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let twin: TestApp;
let asha: Person;
let ravi: Person;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
  ravi = await app.signUp();
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const DEAD = '401 UNAUTHENTICATED';
const alive = (person: Person) => `200 ${person.email}`;

/** Every face of one browser's or client's session, on both instances. */
async function faces(headers: Record<string, string>[]): Promise<string[]> {
  return Promise.all([app, twin].flatMap((instance) => headers.map((header) => whoAmI(instance, header))));
}

describe('auth.me', () => {
  it('answers the person and the session that asks', async () => {
    const { user, session } = await asha.client.auth.me.query();
    expect(user).toEqual(asha.user);
    expect(session).toMatchObject({ id: asha.sessionId, current: true });
  });
});

describe('auth.sessions', () => {
  it('lists one’s own, newest first, with where each began', async () => {
    const browser = await signInBrowser(app, asha, {
      'user-agent': 'Firefox on <b>Asha’s</b> phone'.replace('’', ''),
    });
    const { items, nextCursor } = await asha.client.auth.sessions.query();
    expect(nextCursor).toBeNull();
    expect(items.map(({ id, current, ip }) => ({ id, current, ip }))).toEqual([
      { id: browser.answer.body.result.data.session.id, current: false, ip: '127.0.0.1' },
      { id: asha.sessionId, current: true, ip: '127.0.0.1' },
    ]);
    expect(items[0]?.userAgent).toBe('Firefox on <b>Ashas</b> phone');
    expect(JSON.stringify(items)).not.toContain(browser.token);
  });

  it('where it began is what the connection says, not what a header claims', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
    };
    const { answer } = await signInBrowser(app, asha, headers);
    expect(answer.body.result.data.session.ip).toBe('127.0.0.1');
    await using proxied = await startTestApp({
      database: app.database,
      env: { TRUSTED_PROXIES: '127.0.0.1' },
    });
    const behind = await signInBrowser(proxied, asha, headers);
    expect(behind.answer.body.result.data.session.ip).toBe('203.0.113.9');
  });

  it('with no more than 512 characters of what the browser says of itself', async () => {
    const { answer } = await signInBrowser(app, asha, { 'user-agent': 'ÿ'.repeat(3_000) });
    expect(answer.body.result.data.session.userAgent).toBe('ÿ'.repeat(512));
  });

  it('in pages that meet without a gap', async () => {
    for (const _session of [1, 2, 3, 4]) await app.signIn(asha.email);
    const all = (await asha.client.auth.sessions.query()).items;
    const paged = [];
    let cursor: string | undefined;
    do {
      const page = await asha.client.auth.sessions.query({ limit: 2, cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(all).toHaveLength(5);
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', 'x'.repeat(201), 7, Buffer.from(`${randomUUID()}'`).toString('base64url')]],
    ['userId', [randomUUID()]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const answer = await app.call('auth.sessions', {
        method: 'GET',
        input: { [field]: value },
        headers: bearer(asha.accessToken),
      });
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });

  it('shows nothing of anybody else, also with a cursor from elsewhere', async () => {
    const cursor = Buffer.from('ffffffff-ffff-7fff-bfff-ffffffffffff').toString('base64url');
    const { items } = await asha.client.auth.sessions.query({ cursor });
    expect(items.map(({ id }) => id)).toEqual([asha.sessionId]);
  });
});

describe('auth.endSession', () => {
  it('ends another of one’s sessions, every face of it, on every instance, at once', async () => {
    const { cookie, token, answer } = await signInBrowser(app, asha);
    const headers = [{ cookie }, bearer(token)];
    expect(new Set(await faces(headers))).toEqual(new Set([alive(asha)]));
    const { id } = answer.body.result.data.session;
    expect(await asha.client.auth.endSession.mutate({ id })).toEqual({ endedSessions: 1 });
    expect(new Set(await faces(headers))).toEqual(new Set([DEAD]));
    expect(await whoAmI(app, bearer(asha.accessToken))).toBe(alive(asha));
    expect(await errorOf(asha.client.auth.endSession.mutate({ id }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('answers for another person’s session as for one that never was', async () => {
    const theirs = await errorOf(asha.client.auth.endSession.mutate({ id: ravi.sessionId }));
    const nothing = await errorOf(asha.client.auth.endSession.mutate({ id: randomUUID() }));
    expect(theirs).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
    expect({ ...theirs, requestId: '' }).toEqual({ ...nothing, requestId: '' });
    expect(await whoAmI(app, bearer(ravi.accessToken))).toBe(alive(ravi));
  });

  it.each([undefined, null, '', '1', 1, [], {}, `${randomUUID()}'`, 'x'.repeat(10_000), '\u0000'])(
    'refuses %j as an id',
    async (id) => {
      const answer = await app.call('auth.endSession', { input: { id }, headers: bearer(asha.accessToken) });
      expect(errorData(answer)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: { id: [expect.any(String)] },
      });
    },
  );

  it('clears the cookie when it is the browser’s own', async () => {
    const { cookie, answer } = await signInBrowser(app, asha);
    const { id } = answer.body.result.data.session;
    const ended = await app.call('auth.endSession', { input: { id }, headers: { cookie } });
    expect(ended.headers.getSetCookie().join()).toContain('sessionid=;');
  });
});

describe('auth.signOut', () => {
  it('ends every face of the session at once, on every instance, and no other session', async () => {
    const other = await app.signIn(asha.email);
    const { cookie, token } = await signInBrowser(app, asha);
    await app.call('auth.signOut', { headers: { cookie } });
    expect(new Set(await faces([{ cookie }, bearer(token), { authorization: `Token ${token}` }]))).toEqual(
      new Set([DEAD]),
    );
    await asha.client.auth.signOut.mutate();
    expect(new Set(await faces([bearer(asha.accessToken)]))).toEqual(new Set([DEAD]));
    expect(
      await errorOf(app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken })),
    ).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await whoAmI(twin, bearer(other.accessToken))).toBe(alive(asha));
  });

  it('a second time is 401', async () => {
    await asha.client.auth.signOut.mutate();
    expect(await errorOf(asha.client.auth.signOut.mutate())).toMatchObject({ httpStatus: 401 });
  });

  it('ten times at once never fails otherwise: a double click is no error page', async () => {
    const endings = await tally(Array.from({ length: 10 }, () => asha.client.auth.signOut.mutate()));
    const { ok = 0, UNAUTHENTICATED = 0 } = endings;
    expect([ok > 0, ok + UNAUTHENTICATED]).toEqual([true, 10]);
  });
});

describe('auth.signOutEverywhere', () => {
  it('ends all of one’s sessions, on every instance, and nobody else’s', async () => {
    const elsewhere = await twin.signIn(asha.email);
    const { cookie } = await signInBrowser(twin, asha);
    const headers = [bearer(asha.accessToken), bearer(elsewhere.accessToken), { cookie }];
    expect(new Set(await faces(headers))).toEqual(new Set([alive(asha)]));
    expect(await asha.client.auth.signOutEverywhere.mutate()).toEqual({ endedSessions: 3 });
    expect(new Set(await faces(headers))).toEqual(new Set([DEAD]));
    for (const { refreshToken } of [asha, elsewhere]) {
      expect(await errorOf(twin.client().auth.refresh.mutate({ refreshToken }))).toMatchObject({
        httpStatus: 401,
      });
    }
    expect(await whoAmI(app, bearer(ravi.accessToken))).toBe(alive(ravi));
  });

  it('ends one that is being opened at that moment, too', async () => {
    await using slow = await startTestApp();
    const person = await slow.signUp();
    await slow.sql(`create function wait_for_it() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`);
    await slow.sql(
      'create trigger waiting before insert on sessions for each row execute function wait_for_it()',
    );
    await using hand = await openSecondHand(slow);
    await hand.query('select pg_advisory_lock(4711)');
    const late = slow.signIn(person.email);
    await somebodyWaits(hand);
    await person.client.auth.signOutEverywhere.mutate();
    await hand.query('select pg_advisory_unlock(4711)');
    expect(await whoAmI(slow, bearer((await late).accessToken))).toBe(DEAD);
    expect(await whoAmI(slow, bearer((await slow.signIn(person.email)).accessToken))).toBe(alive(person));
  });

  it('ten times at once never fails otherwise', async () => {
    const { accessToken } = asha;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.call('auth.signOutEverywhere', { headers: bearer(accessToken) })),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([statuses.has(200), [...statuses].every((status) => status === 200 || status === 401)]).toEqual([
      true,
      true,
    ]);
  });
});
