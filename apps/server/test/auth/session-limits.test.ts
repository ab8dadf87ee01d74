import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, signInBrowser, whoAmI } from '../support/calls.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { ageSession, eventually, sessionRow } from '../support/time.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const DAY = 86_400_000;
const daysFromNow = (moment: Date | undefined) => ((moment?.getTime() ?? Number.NaN) - Date.now()) / DAY;

/** A new session, and what its browser sends. */
async function openSession() {
  const { cookie, answer } = await signInBrowser(app, asha);
  const id: string = answer.body.result.data.session.id;
  const use = () => whoAmI(app, { cookie });
  /** Uses one that has aged, and waits for what is written off the request's path. */
  const useAndSettle = async () => {
    const minuteAgo = Date.now() - 60_000;
    expect(await use()).toBe(`200 ${asha.email}`);
    await eventually(async () => Number((await sessionRow(app, id))?.last_seen_at) > minuteAgo);
  };
  return { id, cookie, use, useAndSettle };
}

describe('a session that is not used', () => {
  it('lives for 14 days and not a minute longer', async () => {
    const { id, use } = await openSession();
    await ageSession(app, id, '13 days 23 hours 59 minutes');
    expect(await use()).toBe(`200 ${asha.email}`);
    const other = await openSession();
    await ageSession(app, other.id, '14 days 1 second');
    expect(await other.use()).toBe('401 SESSION_EXPIRED');
  });

  it('is over for its tokens too, however long they say they live', async () => {
    const { accessToken, refreshToken, sessionId } = await app.signIn(asha.email);
    await ageSession(app, sessionId, '14 days 1 second');
    expect(await whoAmI(app, bearer(accessToken))).toBe('401 SESSION_EXPIRED');
    const answer = await app.call('auth.refresh', { input: { refreshToken } });
    expect(answer.status).toBe(401);
  });

  it('is not listed any more', async () => {
    const { id } = await openSession();
    await ageSession(app, id, '14 days 1 second');
    const { items } = await asha.client.auth.sessions.query();
    expect(items.map((session) => session.id)).not.toContain(id);
  });
});

describe('a session that is used', () => {
  it('has its 14 days again', async () => {
    const { id, useAndSettle } = await openSession();
    await ageSession(app, id, '10 days');
    await useAndSettle();
    expect(daysFromNow((await sessionRow(app, id))?.expires_at)).toBeCloseTo(14, 2);
  });

  it('ends 30 days after sign-in, however often', async () => {
    const { id, use, useAndSettle } = await openSession();
    for (const _step of [1, 2]) {
      await ageSession(app, id, '13 days');
      await useAndSettle();
    }
    const row = await sessionRow(app, id);
    expect(row?.expires_at).toEqual(row?.absolute_expires_at);
    await ageSession(app, id, '3 days 23 hours 59 minutes');
    await useAndSettle();
    expect((await sessionRow(app, id))?.expires_at).toEqual((await sessionRow(app, id))?.absolute_expires_at);
    await ageSession(app, id, '2 minutes');
    expect(await use()).toBe('401 SESSION_EXPIRED');
  });

  it('never says that it ends later than that', async () => {
    const { id, cookie } = await openSession();
    await app.sql('update sessions set expires_at = absolute_expires_at where public_id = $1', [id]);
    await ageSession(app, id, '25 days');
    const answer = await app.call('auth.me', { method: 'GET', headers: { cookie } });
    const { expiresAt, absoluteExpiresAt } = answer.body.result.data.session;
    expect(expiresAt).toBe(absoluteExpiresAt);
    expect(daysFromNow(new Date(expiresAt))).toBeCloseTo(5, 2);
  });

  it('in its last week is written no more often than before', async () => {
    const { id, use, useAndSettle } = await openSession();
    await app.sql('update sessions set expires_at = absolute_expires_at where public_id = $1', [id]);
    await ageSession(app, id, '25 days');
    await useAndSettle();
    const before = await sessionRow(app, id);
    for (const _request of [1, 2, 3, 4, 5]) await use();
    expect(await sessionRow(app, id)).toEqual(before);
  });
});

describe('lastSeenAt', () => {
  it('moves at most every five minutes', async () => {
    const { id, use, useAndSettle } = await openSession();
    await ageSession(app, id, '4 minutes 50 seconds');
    const before = await sessionRow(app, id);
    for (const _request of [1, 2, 3]) await use();
    expect(await sessionRow(app, id)).toEqual(before);
    await ageSession(app, id, '20 seconds');
    await useAndSettle();
    expect(Math.abs(daysFromNow((await sessionRow(app, id))?.last_seen_at))).toBeLessThan(1 / 24 / 60);
  });

  it('moves off the request’s path: an answer does not wait for the row', async () => {
    const { id, use } = await openSession();
    await ageSession(app, id, '10 minutes');
    const before = await sessionRow(app, id);
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('select 1 from sessions where public_id = $1 for update', [id]);
    expect(await use()).toBe(`200 ${asha.email}`);
    await somebodyWaits(hand);
    await hand.query('rollback');
    await eventually(
      async () => Number((await sessionRow(app, id))?.last_seen_at) > Number(before?.last_seen_at),
    );
  });

  it('moves once for many requests at once', async () => {
    const { id, use } = await openSession();
    await app.sql('create table writes (id text)');
    await app.sql(`create function count_write() returns trigger language plpgsql security definer as
      $$ begin insert into public.writes values (new.public_id); return new; end $$`);
    await app.sql(
      'create trigger counting after update on sessions for each row execute function count_write()',
    );
    await ageSession(app, id, '10 minutes');
    await app.sql('delete from writes');
    await Promise.all(Array.from({ length: 20 }, use));
    await eventually(async () => (await app.sql('select 1 from writes')).length > 0);
    // What was under way has been written before the server answers that it is closed to it.
    await use();
    expect(await app.sql('select 1 from writes')).toHaveLength(1);
    await app.sql('drop trigger counting on sessions');
  });
});

describe('a session whose end has passed', () => {
  it('is removed by the sweep, and is nobody’s then', async () => {
    const { id, use } = await openSession();
    await ageSession(app, id, '14 days 1 second');
    await app.sql('delete from sessions where expires_at <= now()');
    expect(await use()).toBe('401 UNAUTHENTICATED');
    expect(await sessionRow(app, id)).toBeUndefined();
  });
});
