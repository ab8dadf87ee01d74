import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSchedule } from '../../src/jobs/schedule.ts';
import {
  advanceClock,
  grantAndAsk,
  inSeconds,
  readActions,
  readConsent,
  readLedger,
  stopClock,
  useTestApp,
} from '../consent/support.ts';
import { openWatch } from '../live/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { endConsentIn, endRequestIn, runTask, whileNoticeEndsIn } from './ends-support.ts';
import { allJobsDone } from './support.ts';

describe('while no job is run', () => {
  const app = useTestApp();
  afterEach(() => void vi.useRealTimers());

  it('an end shows at its moment all the same; the job then writes it down once, and changes no list', async () => {
    stopClock();
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id: requestId } = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(60) });
    await asha.client.consent.grant.mutate({ categoryId: 2, expiresAt: inSeconds(60) });
    advanceClock(59.999);
    await runTask(app(), 'settle');
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED', 'CONSENT_GRANTED']);
    advanceClock(0.001);
    const lists = async () => [
      await readConsent(asha, 2),
      (await asha.client.orgAccess.incoming.query()).items,
      (await hospital.client.orgAccess.outgoing.query()).items,
    ];
    const before = await lists();
    expect(before).toMatchObject([{ granted: false }, [{ status: 'EXPIRED' }], [{ status: 'EXPIRED' }]]);
    for (const _ of [1, 2]) await runTask(app(), 'settle');
    expect((await readLedger(asha)).slice(3)).toMatchObject([
      { action: 'CONSENT_EXPIRED', categoryId: 2, actor: { kind: 'system', id: null } },
      { action: 'ACCESS_EXPIRED', requestId, actor: { kind: 'system', id: null } },
    ]);
    expect(await lists()).toEqual(before);
  });

  it('a request ends with its consent, and by its own end where that came first', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const [first, second] = [
      await grantAndAsk(asha, hospital),
      await grantAndAsk(asha, hospital, { categoryId: 2 }),
    ];
    await endRequestIn(app(), first.id, -2);
    for (const categoryId of [1, 2]) await endConsentIn(app(), asha, categoryId, -1);
    await runTask(app(), 'settle');
    const entries = (await readLedger(asha)).slice(4);
    expect(entries.map(({ action, categoryId, requestId }) => [action, categoryId, requestId])).toEqual([
      ['CONSENT_EXPIRED', 1, null],
      ['ACCESS_EXPIRED', 1, first.id],
      ['CONSENT_EXPIRED', 2, null],
      ['ACCESS_REVOKED', 2, second.id],
    ]);
  });

  it('a consent whose notice is withdrawn ends with it, and nobody’s to another version does', async () => {
    const [asha, meera] = [await app().signUp(), await app().signUp()];
    await asha.client.consent.grant.mutate({ categoryId: 7 });
    await meera.client.consent.grant.mutate({ categoryId: 6 });
    await whileNoticeEndsIn(app(), 7, -1, async () => {
      await runTask(app(), 'settle');
      expect(await readActions(asha)).toHaveLength(2);
      expect(await readConsent(asha, 7)).toMatchObject({ granted: false });
    });
    expect(await readConsent(asha, 7)).toMatchObject({ granted: false });
    expect(await readActions(meera)).toEqual(['CONSENT_GRANTED']);
  });

  it('what fails for one person is logged and tried again, and holds up nobody else', async () => {
    const people = [await app().signUp(), await app().signUp(), await app().signUp()];
    for (const person of people) {
      await person.client.consent.grant.mutate({ categoryId: 1 });
      await endConsentIn(app(), person, 1, -1);
    }
    const [first, broken, last] = people.sort((one, other) => one.user.id.localeCompare(other.user.id));
    if (first === undefined || broken === undefined || last === undefined) throw new Error('three people');
    await app().sql(`create function break_one() returns trigger language plpgsql as $$
      begin if new.person_id = '${broken.user.id}' then raise exception 'broken'; end if; return new; end $$`);
    await app().sql(`create trigger break_one before insert on ledger_entries
      for each row execute function break_one()`);
    await expect(runTask(app(), 'settle')).rejects.toThrow(
      'writing down what has ended failed for 1 of the people',
    );
    for (const person of [first, last]) {
      expect(await readActions(person)).toEqual(['CONSENT_GRANTED', 'CONSENT_EXPIRED']);
    }
    expect(await readActions(broken)).toEqual(['CONSENT_GRANTED']);
    await app().sql('drop trigger break_one on ledger_entries');
    await runTask(app(), 'settle');
    expect(await readActions(broken)).toEqual(['CONSENT_GRANTED', 'CONSENT_EXPIRED']);
  });

  it('what is done at that moment by somebody else is not done twice', async () => {
    const asha = await app().signUp();
    for (let round = 0; round < 5; round += 1) {
      await asha.client.consent.grant.mutate({ categoryId: 1 });
      await endConsentIn(app(), asha, 1, -1);
      await Promise.all([
        runTask(app(), 'settle'),
        runTask(app(), 'settle'),
        asha.client.consent.revoke.mutate({ categoryId: 1 }),
      ]);
    }
    const actions = await readActions(asha);
    expect(actions).toHaveLength(10);
    expect(actions.filter((action) => action === 'CONSENT_EXPIRED')).toHaveLength(5);
  });
});

describe('two runners', () => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ jobs: true, clock: true });
    other = await startTestApp({ jobs: true, clock: true, database: app.database });
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('write each end down once, and everybody who watches hears of it', async () => {
    const hospital = await app.signUpOrganization();
    const people = await Promise.all(Array.from({ length: 4 }, () => app.signUp()));
    for (const person of people) {
      const { id } = await grantAndAsk(person, hospital);
      await endRequestIn(app, id, -1);
    }
    const [asha] = people;
    await using own = await openWatch(other, asha, 'consent.watch');
    await using organization = await openWatch(other, hospital, 'orgAccess.watch');
    for (let count = 0; count < 6; count += 1) {
      await app.sql(`select graphile_worker.add_job('settle_ends')`);
    }
    const [event] = await own.first(1);
    expect(event?.data).toMatchObject({ action: 'ACCESS_EXPIRED' });
    const events = await organization.first(4);
    expect(events.map(({ data }) => data.action)).toEqual(Array(4).fill('ACCESS_EXPIRED'));
    await allJobsDone(app);
    for (const person of people) {
      expect(await readActions(person)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED', 'ACCESS_EXPIRED']);
    }
    expect([...app.logs, ...other.logs].join('')).not.toContain('failed');
  });

  it('have one schedule, whose tasks they know', async () => {
    const known = () =>
      app.sql<{ identifier: string }>(
        'select identifier from graphile_worker._private_known_crontabs order by 1',
      );
    await eventually(async () => (await known()).length === 2);
    expect((await known()).map(({ identifier }) => identifier)).toEqual(['settle_ends', 'tell_ends']);
    // One job waits at most, and one runs, whoever enqueues and runs it.
    expect(createSchedule().map(({ task, options }) => [task, options.jobKey, options.queueName])).toEqual([
      ['settle_ends', 'settle_ends', 'settle_ends'],
      ['tell_ends', 'tell_ends', 'tell_ends'],
    ]);
  });
});
