import { afterEach, expect, test, vi } from 'vitest';
import { advanceClock, inSeconds, readLedger, stopClock, useTestApp } from '../consent/support.ts';
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

test('a repeated read counts once, is written down each time, and its data are kept nowhere', async () => {
  const { asha, key, read, first } = await readOnce({ categoryId: 2, maxReads: 1 });
  const again = await read();
  const { data, request } = again.body.result.data;
  expect(data).toEqual(first.body.result.data.data);
  expect(data.email).toBe(asha.email);
  expect(request).toMatchObject({ status: 'EXHAUSTED', reads: 1, readsLeft: 0 });
  const entries = (await readLedger(asha)).filter(({ action }) => action === 'ACCESS_READ');
  expect(entries.map(({ details }) => [details?.reads, details?.repeated])).toEqual([
    [1, false],
    [1, true],
  ]);
  expect(JSON.stringify(await keptUnder(app(), key))).not.toContain(asha.email);
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
  expect(endingOf(await withdrawn.read())).toBe('CONSENT_NOT_GRANTED');

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
  expect(endingOf(await read())).toBe('ACCESS_EXPIRED');
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
