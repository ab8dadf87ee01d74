import { ACCESS_STATUSES, type AccessStatus, DECISIONS, type Decision } from '@truconn/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { grantAndAsk, mutateAs, readLedger, useTestApp, wish } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

const app = useTestApp();
let asha: Person;
beforeAll(async () => {
  asha = await app().signUp();
});

/** The steps that a request allows; everything else is `INVALID_TRANSITION`, or changes nothing. */
const ALLOWED: Record<Decision, Partial<Record<AccessStatus, [to: AccessStatus, action: string]>>> = {
  approve: { PENDING: ['APPROVED', 'ACCESS_APPROVED'] },
  deny: { PENDING: ['DENIED', 'ACCESS_DENIED'] },
  pause: { APPROVED: ['PAUSED', 'ACCESS_PAUSED'] },
  resume: { PAUSED: ['APPROVED', 'ACCESS_RESUMED'] },
  revoke: {
    PENDING: ['REVOKED', 'ACCESS_REVOKED'],
    APPROVED: ['REVOKED', 'ACCESS_REVOKED'],
    PAUSED: ['REVOKED', 'ACCESS_REVOKED'],
  },
};
const ALREADY: Record<Decision, AccessStatus> = {
  approve: 'APPROVED',
  deny: 'DENIED',
  pause: 'PAUSED',
  resume: 'APPROVED',
  revoke: 'REVOKED',
};
const TOGGLED: Partial<Record<AccessStatus, [to: AccessStatus, action: string]>> = {
  APPROVED: ['REVOKED', 'ACCESS_REVOKED'],
  PENDING: ['APPROVED', 'ACCESS_APPROVED'],
  PAUSED: ['APPROVED', 'ACCESS_APPROVED'],
  DENIED: ['APPROVED', 'ACCESS_APPROVED'],
  REVOKED: ['APPROVED', 'ACCESS_APPROVED'],
};

const cells = ACCESS_STATUSES.flatMap((status) => DECISIONS.map((decision) => ({ status, decision })));

describe('orgAccess.decide', () => {
  test.each(cells)('$decision on $status', async ({ status, decision }) => {
    const step = ALLOWED[decision][status];
    const requestId = await makeRequest(status);
    const answer = () => mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision });
    if (step !== undefined) await expectStep(status, step, answer);
    else if (ALREADY[decision] === status) await expectNothingWritten(status, answer);
    else await expectInvalid(requestId, status, answer);
  });
});

describe('orgAccess.toggle', () => {
  test.each(ACCESS_STATUSES)('on %s', async (status) => {
    const step = TOGGLED[status];
    const requestId = await makeRequest(status);
    const answer = () => mutateAs(app(), asha, 'orgAccess.toggle', { requestId });
    if (step !== undefined) await expectStep(status, step, answer);
    else await expectInvalid(requestId, status, answer);
  });

  test.each(['DENIED', 'REVOKED'] as const)('%s comes not back while another is open', async (status) => {
    const hospital = await app().signUpOrganization();
    const requestId = await makeRequest(status, hospital);
    const other = await hospital.client.orgAccess.request.mutate(wish(asha));
    await expectInvalid(requestId, status, () => mutateAs(app(), asha, 'orgAccess.toggle', { requestId }));
    await asha.client.orgAccess.decide.mutate({ requestId: other.id, decision: 'deny' });
    expect(await asha.client.orgAccess.toggle.mutate({ requestId })).toMatchObject({ status: 'APPROVED' });
  });

  test.each(['DENIED', 'REVOKED'] as const)('%s comes not back past its end', async (status) => {
    const requestId = await makeRequest(status);
    await app().sql("update access_requests set expires_at = now() - interval '1 second' where id = $1", [
      requestId,
    ]);
    await expectInvalid(requestId, status, () => mutateAs(app(), asha, 'orgAccess.toggle', { requestId }));
  });

  test.each(['DENIED', 'REVOKED'] as const)('%s without consent is CONSENT_NOT_GRANTED', async (status) => {
    const ravi = await app().signUp();
    const requestId = await makeRequest(status, undefined, ravi);
    await ravi.client.consent.revoke.mutate({ categoryId: 1 });
    const before = await readLedger(ravi);
    const { body, status: httpStatus } = await mutateAs(app(), ravi, 'orgAccess.toggle', { requestId });
    expect([httpStatus, body.error.data.code]).toEqual([400, 'CONSENT_NOT_GRANTED']);
    expect(await readLedger(ravi)).toEqual(before);
  });
});

test('a step says who took it, when, and what was before and after', async () => {
  const requestId = await makeRequest('PENDING');
  const request = await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
  const entry = (await readLedger(asha)).at(-1);
  expect(entry).toMatchObject({
    at: request.decidedAt,
    action: 'ACCESS_APPROVED',
    actor: { kind: 'person', id: asha.user.id },
    requestId,
    details: {
      organization: { id: request.organization.id, name: request.organization.name },
      before: { status: 'PENDING' },
      after: { status: 'APPROVED' },
    },
  });
});

type Answer = () => ReturnType<typeof mutateAs>;

async function expectStep(from: AccessStatus, [to, action]: [AccessStatus, string], answer: Answer) {
  const before = await readLedger(asha);
  const { status, body } = await answer();
  expect([status, body.result?.data.status]).toEqual([200, to]);
  const [entry, ...more] = (await readLedger(asha)).slice(before.length);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ action, details: { before: { status: from }, after: { status: to } } });
}

async function expectNothingWritten(status: AccessStatus, answer: Answer) {
  const before = await readLedger(asha);
  const { status: httpStatus, body } = await answer();
  expect([httpStatus, body.result?.data.status]).toEqual([200, status]);
  expect(await readLedger(asha)).toEqual(before);
}

async function expectInvalid(requestId: string, status: AccessStatus, answer: Answer) {
  const before = await readLedger(asha);
  const { status: httpStatus, body } = await answer();
  expect([httpStatus, body.error?.data.code]).toEqual([409, 'INVALID_TRANSITION']);
  expect(await readLedger(asha)).toEqual(before);
  const rows = await app().sql('select status from access_requests where id = $1', [requestId]);
  expect(rows).toEqual([{ status }]);
}

/** Brings a new request into a status by the steps that lead there; no step leads to EXHAUSTED yet. */
async function makeRequest(
  status: AccessStatus,
  organization?: Person,
  person: Person = asha,
): Promise<string> {
  const { id } = await grantAndAsk(person, organization ?? (await app().signUpOrganization()), {
    maxReads: 1,
  });
  const steps: Record<AccessStatus, Decision[]> = {
    PENDING: [],
    APPROVED: ['approve'],
    DENIED: ['deny'],
    PAUSED: ['approve', 'pause'],
    REVOKED: ['approve', 'revoke'],
    EXPIRED: ['approve'],
    EXHAUSTED: ['approve'],
  };
  for (const decision of steps[status])
    await person.client.orgAccess.decide.mutate({ requestId: id, decision });
  if (status === 'EXPIRED') {
    await app().sql("update access_requests set status = 'EXPIRED', expires_at = now() where id = $1", [id]);
  }
  if (status === 'EXHAUSTED') {
    await app().sql("update access_requests set status = 'EXHAUSTED', reads = 1 where id = $1", [id]);
  }
  return id;
}
