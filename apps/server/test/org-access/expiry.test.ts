import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  advanceClock,
  bearer,
  grantAndAsk,
  inSeconds,
  mutateAs,
  readActions,
  readLedger,
  stopClock,
  useTestApp,
  wish,
} from '../consent/support.ts';
import { errorOf } from '../support/errors.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

async function startStopped() {
  stopClock();
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  return { asha, hospital };
}

describe('a request past its end', () => {
  test.each(['PENDING', 'APPROVED', 'PAUSED'])(
    'shows EXPIRED from that moment, having been %s',
    async (status) => {
      const { asha, hospital } = await startStopped();
      const { id: requestId } = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(60) });
      const { decide, incoming } = asha.client.orgAccess;
      if (status !== 'PENDING') await decide.mutate({ requestId, decision: 'approve' });
      if (status === 'PAUSED') await decide.mutate({ requestId, decision: 'pause' });
      advanceClock(59.999);
      expect((await incoming.query()).items).toMatchObject([{ status }]);
      advanceClock(0.001);
      for (const list of [incoming, hospital.client.orgAccess.outgoing]) {
        expect((await list.query()).items).toMatchObject([{ id: requestId, status: 'EXPIRED' }]);
        expect((await list.query({ status: 'EXPIRED' })).items).toHaveLength(1);
        expect((await list.query({ status: status as 'PENDING' })).items).toEqual([]);
      }
    },
  );

  test.each(['approve', 'deny', 'pause', 'resume', 'revoke', 'toggle'])(
    'cannot be decided: %s is INVALID_TRANSITION, and the end is in the ledger once',
    async (step) => {
      const { asha, hospital } = await startStopped();
      const { id: requestId } = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(60) });
      advanceClock(60);
      for (const _ of [1, 2]) {
        const call =
          step === 'toggle'
            ? mutateAs(app(), asha, 'orgAccess.toggle', { requestId })
            : mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision: step });
        expect((await call).body.error.data.code).toBe('INVALID_TRANSITION');
      }
      expect((await readLedger(asha)).slice(2)).toMatchObject([
        {
          action: 'ACCESS_EXPIRED',
          actor: { kind: 'system', id: null },
          requestId,
          details: { before: { status: 'PENDING' }, after: { status: 'EXPIRED' } },
        },
      ]);
    },
  );

  test('makes room for a new one', async () => {
    const { asha, hospital } = await startStopped();
    const old = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(60) });
    advanceClock(60);
    const next = await hospital.client.orgAccess.request.mutate(wish(asha));
    expect(next).toMatchObject({ status: 'PENDING' });
    expect(next.id).not.toBe(old.id);
    expect(await readActions(asha)).toEqual([
      'CONSENT_GRANTED',
      'ACCESS_REQUESTED',
      'ACCESS_EXPIRED',
      'ACCESS_REQUESTED',
    ]);
  });
});

describe('a request whose consent ran out', () => {
  test('shows REVOKED from that moment on both sides', async () => {
    const { asha, hospital } = await startStopped();
    const { id: requestId } = await grantAndAsk(asha, hospital);
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    advanceClock(59.999);
    expect((await hospital.client.orgAccess.outgoing.query()).items).toMatchObject([{ status: 'APPROVED' }]);
    advanceClock(0.001);
    for (const list of [asha.client.orgAccess.incoming, hospital.client.orgAccess.outgoing]) {
      expect((await list.query()).items).toMatchObject([{ status: 'REVOKED' }]);
      expect((await list.query({ status: 'REVOKED' })).items).toHaveLength(1);
      expect((await list.query({ status: 'APPROVED' })).items).toEqual([]);
    }
  });

  test('cannot be approved; the refusal leaves what ran out in the ledger', async () => {
    const { asha, hospital } = await startStopped();
    const { id: requestId } = await grantAndAsk(asha, hospital);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    advanceClock(60);
    const error = await errorOf(asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' }));
    expect(error).toMatchObject({ code: 'INVALID_TRANSITION', httpStatus: 409 });
    expect((await readLedger(asha)).slice(3)).toMatchObject([
      { action: 'CONSENT_EXPIRED', actor: { kind: 'system', id: null } },
      { action: 'ACCESS_REVOKED', actor: { kind: 'system', id: null }, requestId },
    ]);
    const toggled = await errorOf(asha.client.orgAccess.toggle.mutate({ requestId }));
    expect(toggled).toMatchObject({ code: 'CONSENT_NOT_GRANTED', httpStatus: 400 });
    expect(await readLedger(asha)).toHaveLength(5);
  });

  test.each([
    { consentEnds: 10, requestEnds: 20, shown: 'REVOKED' },
    { consentEnds: 20, requestEnds: 10, shown: 'EXPIRED' },
    { consentEnds: 10, requestEnds: 10, shown: 'EXPIRED' },
  ])(
    'the end that came first decides: consent after $consentEnds s, request after $requestEnds s is $shown',
    async ({ consentEnds, requestEnds, shown }) => {
      const { asha, hospital } = await startStopped();
      await grantAndAsk(asha, hospital, { expiresAt: inSeconds(requestEnds) });
      await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(consentEnds) });
      advanceClock(30);
      const read = async () => (await hospital.client.orgAccess.outgoing.query()).items[0]?.status;
      expect(await read()).toBe(shown);
      const refused = await app().call('orgAccess.request', { input: wish(asha), headers: bearer(hospital) });
      expect(refused.body.error.data.code).toBe('CONSENT_NOT_GRANTED');
      expect(await read()).toBe(shown);
      expect((await readActions(asha)).slice(3)).toEqual(['CONSENT_EXPIRED', `ACCESS_${shown}`]);
      await asha.client.consent.grant.mutate({ categoryId: 1 });
      expect(await read()).toBe(shown);
    },
  );

  test('and the request past its own end before: a toggle writes down both ends, each once', async () => {
    const { asha, hospital } = await startStopped();
    const { id: requestId } = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(10) });
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(20) });
    advanceClock(30);
    const error = await errorOf(asha.client.orgAccess.toggle.mutate({ requestId }));
    expect(error.code).toBe('INVALID_TRANSITION');
    expect((await readActions(asha)).slice(3)).toEqual(['CONSENT_EXPIRED', 'ACCESS_EXPIRED']);
  });
});
