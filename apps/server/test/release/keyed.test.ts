import { afterEach, expect, test, vi } from 'vitest';
import { advanceClock, inSeconds, readLedger, stopClock, useTestApp, wish } from '../consent/support.ts';
import { callWithKey, keptUnder } from '../idempotency/support.ts';
import { approve, endingOf } from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

async function readOnce(input: Parameters<typeof approve>[2] = {}) {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const { id: requestId } = await approve(asha, hospital, input);
  const key = crypto.randomUUID();
  const read = () => callWithKey(app(), hospital, key, ['orgAccess.read', { requestId }]);
  return { asha, hospital, requestId, key, read, first: await read() };
}

test('a repeated read gets the first answer, counts once, is written once, and its data are kept nowhere', async () => {
  const { asha, key, read, first } = await readOnce({ categoryId: 2, maxReads: 1 });
  const again = await read();
  expect(again.body).toEqual(first.body);
  const { data, request } = again.body.result.data;
  expect(data.email).toBe(asha.email);
  expect(request).toMatchObject({ status: 'EXHAUSTED', reads: 1, readsLeft: 0 });
  const actions = (await readLedger(asha)).map(({ action }) => action);
  expect(actions.slice(3)).toEqual(['ACCESS_READ', 'ACCESS_EXHAUSTED']);
  const kept = JSON.stringify(await keptUnder(app(), key));
  expect(kept).not.toContain(asha.email);
  expect(kept).not.toMatch(/"data"/);
});

test('a repeated read of data that have changed is another read: it counts, or is refused', async () => {
  const limited = await readOnce({ categoryId: 3, maxReads: 1 });
  await limited.asha.client.profile.update.mutate({ location: 'Mumbai' });
  expect(endingOf(await limited.read())).toBe('ACCESS_EXHAUSTED');

  const free = await readOnce({ categoryId: 3, maxReads: 3 });
  await free.asha.client.profile.update.mutate({ location: 'Mumbai' });
  const second = await free.read();
  expect(second.body.result.data).toMatchObject({
    data: { location: 'Mumbai' },
    request: { reads: 2, readsLeft: 1 },
  });
  expect((await free.read()).body).toEqual(second.body);
  const { items } = await free.asha.client.orgAccess.incoming.query();
  expect(items).toMatchObject([{ reads: 2 }]);
});

test('twins at the same moment count once', async () => {
  const { asha, requestId, hospital } = await readOnce({ maxReads: 9 });
  const key = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => callWithKey(app(), hospital, key, ['orgAccess.read', { requestId }])),
  );
  expect(answers.map(endingOf)).toEqual(Array(6).fill('released'));
  const { items } = await asha.client.orgAccess.incoming.query();
  expect(items).toMatchObject([{ reads: 2, readsLeft: 7 }]);
});

test('a repeated read releases nothing once the consent, the access or the membership has ended', async () => {
  const revoked = await readOnce();
  await revoked.asha.client.orgAccess.decide.mutate({ requestId: revoked.requestId, decision: 'revoke' });
  expect(endingOf(await revoked.read())).toBe('ACCESS_REVOKED');

  const withdrawn = await readOnce({ maxReads: 1 });
  await withdrawn.asha.client.consent.revoke.mutate({ categoryId: 1 });
  expect(endingOf(await withdrawn.read())).toBe('ACCESS_EXHAUSTED');

  const left = await readOnce();
  await app().sql('delete from memberships where user_id = $1', [left.hospital.user.id]);
  expect(endingOf(await left.read())).toBe('FORBIDDEN');
});

test('a repeated last read releases nothing past the end of its request', async () => {
  stopClock();
  const { read } = await readOnce({ maxReads: 1, expiresAt: inSeconds(60) });
  advanceClock(59.999);
  expect(endingOf(await read())).toBe('released');
  advanceClock(0.001);
  expect(endingOf(await read())).toBe('ACCESS_EXHAUSTED');
});

test('many reads under a key count once, and what was refused stays refused', async () => {
  const { asha, hospital, requestId } = await readOnce();
  const paused = await approve(asha, hospital, { categoryId: 2 });
  await asha.client.orgAccess.decide.mutate({ requestId: paused.id, decision: 'pause' });
  const key = crypto.randomUUID();
  const read = () =>
    callWithKey(app(), hospital, key, ['orgAccess.readMany', { requestIds: [requestId, paused.id] }]);
  const first = await read();
  await asha.client.orgAccess.decide.mutate({ requestId: paused.id, decision: 'resume' });
  const again = await read();
  for (const { body } of [first, again])
    expect(body.result.data.items).toMatchObject([
      { data: { lastName: 'Patel' }, request: { reads: 2 }, error: null },
      { data: null, request: null, error: { code: 'ACCESS_PAUSED' } },
    ]);
});

test('what was only too many at a time is made by the repeated call, once', async () => {
  const { asha, hospital, requestId } = await readOnce({ maxReads: 9 });
  const wishes = { requests: [wish(asha, { categoryId: 2 })] };
  await asha.client.consent.grant.mutate({ categoryId: 2 });
  const [readKey, requestKey] = [crypto.randomUUID(), crypto.randomUUID()];
  const read = () =>
    callWithKey(app(), hospital, readKey, ['orgAccess.readMany', { requestIds: [requestId] }]);
  const request = () => callWithKey(app(), hospital, requestKey, ['orgAccess.requestMany', wishes]);
  await app().sql("update rate_limits set points = 1000000 where key like '%access_re%'");
  for (const { body } of [await read(), await request()])
    expect(body.result.data.items).toMatchObject([{ error: { code: 'RATE_LIMITED' } }]);
  await app().sql("delete from rate_limits where key like '%access_re%'");
  const [reads, requests] = [await read(), await request()];
  expect(reads.body.result.data.items).toMatchObject([{ request: { reads: 2 }, error: null }]);
  expect(requests.body.result.data.items).toMatchObject([{ request: { status: 'PENDING' }, error: null }]);
  const asked = requests.body.result.data.items[0].request.id;
  await asha.client.orgAccess.decide.mutate({ requestId: asked, decision: 'deny' });
  expect((await read()).body).toEqual(reads.body);
  expect((await request()).body).toEqual(requests.body);
});
