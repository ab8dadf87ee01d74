import { afterEach, expect, test, vi } from 'vitest';
import {
  advanceClock,
  grantAndAsk,
  inSeconds,
  readActions,
  stopClock,
  useTestApp,
  wish,
} from '../consent/support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

// The expired one was still stored as open, so the unique index refused the other: 500.
test('a request past its end does not keep an older one of the same triple from being toggled back', async () => {
  stopClock();
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const old = await grantAndAsk(asha, hospital);
  await asha.client.orgAccess.decide.mutate({ requestId: old.id, decision: 'deny' });
  const other = await hospital.client.orgAccess.request.mutate(wish(asha, { expiresAt: inSeconds(60) }));
  advanceClock(60);
  const toggled = await asha.client.orgAccess.toggle.mutate({ requestId: old.id });
  expect(toggled).toMatchObject({ status: 'APPROVED' });
  const { items } = await asha.client.orgAccess.incoming.query();
  expect(items.map((request) => [request.id, request.status])).toEqual([
    [other.id, 'EXPIRED'],
    [old.id, 'APPROVED'],
  ]);
  expect((await readActions(asha)).slice(-2)).toEqual(['ACCESS_EXPIRED', 'ACCESS_APPROVED']);
});
