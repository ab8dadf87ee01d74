import type { AccessRequest } from '@truconn/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bearer,
  countDeadlocks,
  grantAndAsk,
  mutateAs,
  readActions,
  readLedger,
  useTestApp,
  wish,
} from '../consent/support.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const app = useTestApp();
let second: TestApp;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
});
afterAll(() => second[Symbol.asyncDispose]());

const ROUNDS = 20;
const OPEN = ['PENDING', 'APPROVED', 'PAUSED'];

/** The same person's client of the other instance. */
const elsewhere = (person: Person) => second.client(bearer(person));

test('20 requests for the same at once on two instances make one row, and all answer it', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? hospital.client : elsewhere(hospital)).orgAccess.request.mutate(
        wish(asha, { purpose: `Purpose ${index}` }),
      ),
    ),
  );
  expect(new Set(answers.map((request) => JSON.stringify(request))).size).toBe(1);
  const rows = await app().sql('select id from access_requests where user_id = $1', [asha.user.id]);
  expect(rows).toEqual([{ id: answers[0]?.id }]);
  expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED']);
});

test('a request racing a revoke is refused, or made and revoked; it never stays open', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  for (let round = 0; round < ROUNDS; round += 1) {
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const [asked] = await inAnyOrder(round, [
      () => mutateAs(app(), hospital, 'orgAccess.request', wish(asha)),
      () => elsewhere(asha).consent.revoke.mutate({ categoryId: 1 }),
    ]);
    if (asked?.status !== 200) expect(asked?.body.error.data.code).toBe('CONSENT_NOT_GRANTED');
    expect(await openRequests(asha)).toEqual([]);
  }
  expectNoStepAfterRevoke(await readActions(asha));
});

test('an approval racing a revoke of the consent never outlives it', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id: requestId } = await grantAndAsk(asha, hospital);
    const input = { requestId, decision: 'approve' };
    const [approved] = await inAnyOrder(round, [
      () => mutateAs(app(), asha, 'orgAccess.decide', input),
      () => elsewhere(asha).consent.revoke.mutate({ categoryId: 1 }),
    ]);
    if (approved?.status !== 200) expect(approved?.body.error.data.code).toBe('INVALID_TRANSITION');
    expect(await openRequests(asha)).toEqual([]);
    const story = (await readLedger(asha)).filter((entry) => entry.requestId === requestId);
    expect(story.map((entry) => entry.action)).toEqual([
      'ACCESS_REQUESTED',
      ...(approved?.status === 200 ? ['ACCESS_APPROVED'] : []),
      'ACCESS_REVOKED',
    ]);
  }
  expectNoStepAfterRevoke(await readActions(asha));
});

test('a toggle of a request racing a toggle of the consent leaves access only where consent stands', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const { id: requestId } = await grantAndAsk(asha, hospital);
  for (let round = 0; round < ROUNDS; round += 1) {
    await inAnyOrder(round, [
      () => mutateAs(app(), asha, 'orgAccess.toggle', { requestId }),
      () => elsewhere(asha).consent.toggle.mutate({ categoryId: 1 }),
    ]);
    const { items } = await asha.client.consent.list.query({ limit: 1 });
    const [request] = (await asha.client.orgAccess.incoming.query()).items;
    if (items[0]?.granted !== true) expect(OPEN).not.toContain(request?.status);
  }
  await readLedger(asha);
});

test('of approve and deny at once one wins, and the other is told', async () => {
  const asha = await app().signUp();
  for (let round = 0; round < 10; round += 1) {
    const { id: requestId } = await grantAndAsk(asha, await app().signUpOrganization());
    const answers = await inAnyOrder(
      round,
      ['approve', 'deny'].map(
        (decision) => () => mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  }
  const decisions = (await readActions(asha)).filter((action) => /APPROVED|DENIED/.test(action));
  expect(decisions).toHaveLength(10);
});

test('of two closed requests toggled back at once one comes back', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const closed: AccessRequest[] = [];
  for (const _ of 'ab') {
    const request = await grantAndAsk(asha, hospital);
    closed.push(await asha.client.orgAccess.decide.mutate({ requestId: request.id, decision: 'deny' }));
  }
  for (let round = 0; round < 10; round += 1) {
    const answers = await inAnyOrder(
      round,
      closed.map(
        ({ id }) =>
          () =>
            mutateAs(app(), asha, 'orgAccess.toggle', { requestId: id }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const [open, ...more] = await openRequests(asha);
    expect(more).toEqual([]);
    await asha.client.orgAccess.decide.mutate({ requestId: open?.id ?? '', decision: 'revoke' });
  }
});

test('all sides acting on one person at once come to no deadlock and no failure', async () => {
  const asha = await app().signUp();
  const organizations: Person[] = [];
  for (const name of ['A', 'B', 'C', 'D']) organizations.push(await app().signUpOrganization(name));
  const requests = await Promise.all(organizations.map((organization) => grantAndAsk(asha, organization)));
  const acts = requests.flatMap(({ id }, index) => [
    () => mutateAs(app(), organizations[index] as Person, 'orgAccess.request', wish(asha)),
    () =>
      mutateAs(second, organizations[index] as Person, 'orgAccess.request', wish(asha, { categoryId: 2 })),
    () => mutateAs(app(), asha, 'orgAccess.toggle', { requestId: id }),
    () => mutateAs(second, asha, 'orgAccess.decide', { requestId: id, decision: 'pause' }),
    () => mutateAs(app(), asha, 'consent.toggle', { categoryId: (index % 2) + 1 }),
    () => mutateAs(second, asha, 'consent.revoke', { categoryId: 1 }),
  ]);
  for (let round = 0; round < 4; round += 1) {
    const answers = await inAnyOrder(round, acts);
    expect(answers.filter((answer) => answer.status >= 500)).toEqual([]);
    await readLedger(asha);
  }
  expect(await countDeadlocks(app())).toBe(0);
});

/** Starts all at once, the first one first in every other round. */
async function inAnyOrder<Acts extends (() => Promise<unknown>)[]>(round: number, acts: [...Acts]) {
  const started: Promise<unknown>[] = Array(acts.length);
  const order = [...acts.keys()];
  for (const index of round % 2 === 0 ? order : order.reverse())
    started[index] = acts[index]?.() as Promise<unknown>;
  return (await Promise.all(started)) as { [Key in keyof Acts]: Awaited<ReturnType<Acts[Key]>> };
}

async function openRequests(person: Person): Promise<AccessRequest[]> {
  const { items } = await person.client.orgAccess.incoming.query();
  return items.filter((request) => OPEN.includes(request.status));
}

/** Between a revoke and the next grant, nothing is asked or approved. */
function expectNoStepAfterRevoke(actions: string[]): void {
  let stands = false;
  for (const action of actions) {
    if (action === 'CONSENT_GRANTED') stands = true;
    if (action === 'CONSENT_REVOKED') stands = false;
    if (/ACCESS_(REQUESTED|APPROVED|RESUMED)/.test(action)) expect(stands).toBe(true);
  }
}
