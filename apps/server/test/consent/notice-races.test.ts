import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, endingOf, tally } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { newCategory, publish, sha256, textsOf, withdraw } from './notices-support.ts';
import { countDeadlocks, grantAndAsk, readConsent, readLedger, useTestApp, wish } from './support.ts';

const app = useTestApp();
let twin: TestApp;
let admin: Person;
let hospital: Person;
beforeAll(async () => {
  twin = await startTestApp({ database: app().database });
  admin = await app().signUpAdmin();
  hospital = await app().signUpOrganization();
});
afterAll(() => twin[Symbol.asyncDispose]());

/** The same person at the other instance. */
const elsewhere = (person: Person): Person => ({
  ...person,
  client: twin.client(bearer(person.accessToken)),
});

test('ten versions published at once on two instances are ten versions, one after the other', async () => {
  const { id: categoryId } = await newCategory(admin, { noticeGraceDays: 0 });
  const published = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      publish(index % 2 === 0 ? admin : elsewhere(admin), categoryId, { texts: textsOf(`Number ${index}`) }),
    ),
  );
  const versions = Array.from({ length: 10 }, (_, index) => index + 2);
  expect(published.map(({ version }) => version).sort((a, b) => a - b)).toEqual(versions);
  const { items } = await admin.client.admin.notices.list.query({ categoryId });
  expect(items.map(({ version }) => version)).toEqual([...versions.reverse(), 1]);
  for (const { version, texts } of published) {
    expect(items.find((item) => item.version === version)?.texts).toEqual(texts);
  }
  expect(items.map(({ withdrawnAt }) => withdrawnAt === null)).toEqual([true, ...Array(10).fill(false)]);
});

test('grants beside a new version agree to one of the two, each with its text and its fields', async () => {
  const { id: categoryId } = await newCategory(admin, { fields: ['mobile'] });
  const people = await Promise.all(Array.from({ length: 8 }, () => app().signUp()));
  const grants = people.map((person) => person.client.consent.grant.mutate({ categoryId }));
  await Promise.all([...grants, publish(elsewhere(admin), categoryId, { fields: ['email'] })]);
  for (const [index, grant] of grants.entries()) {
    const { noticeVersion, noticeHash, releasedFields } = await grant;
    expect([noticeHash, releasedFields]).toEqual(
      noticeVersion === 1
        ? [sha256('The first, in English.'), ['mobile']]
        : [sha256('The next, in English.'), ['email']],
    );
    const consent = await readConsent(people[index] as Person, categoryId);
    expect(consent).toMatchObject({ granted: true, askAgain: noticeVersion === 1, releasedFields });
  }
});

test('whatever is decided beside a withdrawal, every request ends, and nothing is approved after it', async () => {
  const { id: categoryId } = await newCategory(admin);
  const people = await Promise.all(Array.from({ length: 8 }, () => app().signUp()));
  const requests: string[] = [];
  for (const person of people) requests.push((await grantAndAsk(person, hospital, { categoryId })).id);
  await publish(admin, categoryId);
  const approvals = people.map((person, index) => {
    const requestId = requests[index] as string;
    return person.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
  });
  const [{ withdrawnAt }, endings] = await Promise.all([
    withdraw(elsewhere(admin), categoryId, 1),
    tally(approvals),
  ]);
  expect((endings.ok ?? 0) + (endings.INVALID_TRANSITION ?? 0)).toBe(8);
  for (const person of people) {
    expect((await person.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'REVOKED' }]);
    const approved = (await readLedger(person)).filter(({ action }) => action === 'ACCESS_APPROVED');
    for (const { at } of approved) expect(at <= (withdrawnAt ?? '')).toBe(true);
  }
  expect(await countDeadlocks(app())).toBe(0);
});

describe('behind a withdrawal that is not committed yet', () => {
  /** Holds a withdrawal between the moment that it has read and its commit, while `call` begins. */
  async function endingBeside(categoryId: number, call: () => Promise<unknown>): Promise<string> {
    // `sql` has one connection, so that these are one transaction.
    await app().sql('begin');
    await app().sql('select from notice_versions where category_id = $1 for update', [categoryId]);
    const withdrawal = withdraw(admin, categoryId, 1);
    await eventually(async () => (await countWaiting()) === 1);
    let hasEnded = false;
    const ending = endingOf(call()).finally(() => {
      hasEnded = true;
    });
    await eventually(async () => hasEnded || (await countWaiting()) === 2);
    await app().sql('commit');
    await withdrawal;
    return ending;
  }

  async function countWaiting(): Promise<number> {
    const rows = await twin.sql<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.count ?? -1;
  }

  async function askUnderFirst() {
    const [{ id: categoryId }, asha] = [await newCategory(admin), await app().signUp()];
    const { id: requestId } = await grantAndAsk(asha, hospital, { categoryId });
    await publish(admin, categoryId);
    return { asha, categoryId, requestId };
  }

  test('an approval waits, and finds that the consent has ended', async () => {
    const { asha, categoryId, requestId } = await askUnderFirst();
    const call = () => asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    expect(await endingBeside(categoryId, call)).toBe('INVALID_TRANSITION');
  });

  test('a read waits, and releases nothing', async () => {
    const { asha, categoryId, requestId } = await askUnderFirst();
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    const call = () => hospital.client.orgAccess.read.mutate({ requestId });
    expect(await endingBeside(categoryId, call)).toBe('CONSENT_NOT_GRANTED');
  });

  test('asking several people at once waits, and is refused', async () => {
    const { asha, categoryId, requestId } = await askUnderFirst();
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'deny' });
    const ravi = await app().signUp();
    await ravi.client.consent.grant.mutate({ categoryId, noticeVersion: 1 });
    let codes: unknown[] = [];
    await endingBeside(categoryId, async () => {
      const requests = [asha, ravi].map((person) => wish(person, { categoryId }));
      const { items } = await hospital.client.orgAccess.requestMany.mutate({ requests });
      codes = items.map(({ error }) => error?.code);
    });
    expect(codes).toEqual(['CONSENT_NOT_GRANTED', 'CONSENT_NOT_GRANTED']);
  });

  test('a grant of the old version waits, and is refused', async () => {
    const { categoryId } = await askUnderFirst();
    const ravi = await app().signUp();
    const call = () => ravi.client.consent.grant.mutate({ categoryId, noticeVersion: 1 });
    expect(await endingBeside(categoryId, call)).toBe('INVALID_INPUT');
  });
});
