import { describe, expect, test } from 'vitest';
import { grantAndAsk, mutateAs, NOBODY, readLedger, useTestApp } from '../consent/support.ts';
import { openWatch } from '../live/support.ts';
import { errorOf } from '../support/errors.ts';
import { statementsOf, textOf } from '../support/statements.ts';
import type { Person } from '../support/test-app.ts';
import { approve, endingOf, readAs } from './support.ts';

const app = useTestApp();

async function signUpBoth(): Promise<[Person, Person]> {
  return [await app().signUp(), await app().signUpOrganization()];
}

describe('orgAccess.read', () => {
  test('releases the category’s fields, counts the read and writes it into the ledger', async () => {
    const [asha, hospital] = await signUpBoth();
    const asked = await approve(asha, hospital, { maxReads: 3 });
    const { request, data, readAt } = await hospital.client.orgAccess.read.mutate({ requestId: asked.id });
    expect(data).toEqual({ firstName: 'Asha', lastName: 'Patel', username: asha.user.username });
    expect(request).toEqual({ ...asked, readsLeft: 2, reads: 1, lastReadAt: readAt });
    expect((await asha.client.orgAccess.incoming.query()).items).toEqual([request]);
    expect((await readLedger(asha)).at(-1)).toMatchObject({
      at: readAt,
      action: 'ACCESS_READ',
      actor: { kind: 'organization', id: hospital.user.organization?.id },
      categoryId: 1,
      requestId: asked.id,
      details: { fields: ['firstName', 'lastName', 'username'], reads: 1 },
    });
  });

  test('releases what the profile says now, and null for what it does not say', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital, { categoryId: 2 });
    await asha.client.profile.update.mutate({ mobile: '+91 98765 43210' });
    const { data } = await hospital.client.orgAccess.read.mutate({ requestId });
    expect(data).toEqual({ email: asha.email, mobile: '+91 98765 43210', address: null });
  });

  test('releases the record that the person keeps, as it is now', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital, { categoryId: 4 });
    const empty = { bloodGroup: null, allergies: null, conditions: null, medications: null };
    expect((await hospital.client.orgAccess.read.mutate({ requestId })).data).toEqual(empty);
    const data = { bloodGroup: 'O+', allergies: ['Penicillin'] };
    await asha.client.profile.records.set.mutate({ categoryId: 4, data });
    expect((await hospital.client.orgAccess.read.mutate({ requestId })).data).toEqual({ ...empty, ...data });
  });

  test('shows the last read as the end of the request, which makes room for a new one', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital, { maxReads: 1 });
    const { request } = await hospital.client.orgAccess.read.mutate({ requestId });
    expect(request).toMatchObject({ status: 'EXHAUSTED', reads: 1, readsLeft: 0 });
    expect((await readLedger(asha)).slice(-2)).toMatchObject([
      { action: 'ACCESS_READ' },
      {
        action: 'ACCESS_EXHAUSTED',
        actor: { kind: 'system', id: null },
        details: { before: { status: 'APPROVED' }, after: { status: 'EXHAUSTED' } },
      },
    ]);
    for (const step of ['approve', 'resume', 'revoke', 'pause'])
      expect(
        (await mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision: step })).body.error.data.code,
      ).toBe('INVALID_TRANSITION');
    const again = await grantAndAsk(asha, hospital, { maxReads: 1 });
    expect(again).toMatchObject({ status: 'PENDING', reads: 0, lastReadAt: null });
    expect(again.id).not.toBe(requestId);
  });

  test('is told live to the person and to the organization, refusals and all', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital, { maxReads: 1 });
    await using hers = await openWatch(app(), asha, 'consent.watch');
    await using theirs = await openWatch(app(), hospital, 'orgAccess.watch');
    await readAs(app(), hospital, requestId);
    await readAs(app(), hospital, requestId);
    const actions = ['ACCESS_READ', 'ACCESS_EXHAUSTED', 'ACCESS_REFUSED'];
    expect((await hers.first(3)).map(({ data }) => data.action)).toEqual(actions);
    const told = (await theirs.first(3)).map(({ data }) => data);
    expect(told.map(({ action }) => action)).toEqual(actions);
    expect(told.map(({ request }) => [request.status, request.reads, request.readsLeft])).toEqual([
      ['APPROVED', 1, 0],
      ['EXHAUSTED', 1, 0],
      ['EXHAUSTED', 1, 0],
    ]);
  });

  test('takes at most thirteen round trips, of which nine are its transaction’s', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital);
    const statements = (await statementsOf(() => readAs(app(), hospital, requestId))).map(textOf);
    const begin = statements.findIndex((text) => /^begin/i.test(text));
    const commit = statements.findIndex((text) => /^commit/i.test(text));
    expect(commit - begin + 1).toBeLessThanOrEqual(9);
    expect(
      statements.filter((text) => !/^(listen|notify|select pg_notify)/i.test(text)).length,
    ).toBeLessThanOrEqual(13);
  });
});

type Ends = (asha: Person, requestId: string) => Promise<unknown>;
const decide =
  (decision: 'pause' | 'revoke'): Ends =>
  (asha, requestId) =>
    asha.client.orgAccess.decide.mutate({ requestId, decision });

describe('a read that is not allowed', () => {
  const approved: [code: string, status: string, end: Ends][] = [
    ['ACCESS_PAUSED', 'PAUSED', decide('pause')],
    ['ACCESS_REVOKED', 'REVOKED', decide('revoke')],
    ['CONSENT_NOT_GRANTED', 'REVOKED', (asha) => asha.client.consent.revoke.mutate({ categoryId: 1 })],
    [
      'ACCESS_REVOKED',
      'REVOKED',
      async (asha) => {
        await asha.client.consent.revoke.mutate({ categoryId: 1 });
        await asha.client.consent.grant.mutate({ categoryId: 1 });
      },
    ],
  ];

  test.each(approved)(
    'is refused with %s, written down and told to nobody else',
    async (code, status, end) => {
      const [asha, hospital] = await signUpBoth();
      const { id: requestId } = await approve(asha, hospital);
      await end(asha, requestId);
      const answer = await readAs(app(), hospital, requestId);
      expect([answer.status, endingOf(answer)]).toEqual([code === 'CONSENT_NOT_GRANTED' ? 400 : 403, code]);
      expect(JSON.stringify(answer.body)).not.toContain('Patel');
      expect((await readLedger(asha)).at(-1)).toMatchObject({
        action: 'ACCESS_REFUSED',
        actor: { kind: 'organization', id: hospital.user.organization?.id },
        categoryId: 1,
        requestId,
        details: { reason: code, before: { status }, after: { status } },
      });
      const { items } = await hospital.client.orgAccess.outgoing.query();
      expect(items).toMatchObject([{ id: requestId, reads: 0, lastReadAt: null }]);
    },
  );

  test.each([
    ['ACCESS_PENDING', undefined],
    ['ACCESS_DENIED', 'deny'],
  ] as const)('is refused with %s before it was ever approved', async (code, decision) => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await grantAndAsk(asha, hospital);
    if (decision !== undefined) await asha.client.orgAccess.decide.mutate({ requestId, decision });
    expect(endingOf(await readAs(app(), hospital, requestId))).toBe(code);
    expect((await readLedger(asha)).at(-1)).toMatchObject({
      action: 'ACCESS_REFUSED',
      details: { reason: code },
    });
  });

  test('is refused with ACCESS_EXHAUSTED when no reads are left', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital, { maxReads: 2 });
    const endings = [];
    for (let read = 0; read < 4; read += 1) endings.push(endingOf(await readAs(app(), hospital, requestId)));
    expect(endings).toEqual(['released', 'released', 'ACCESS_EXHAUSTED', 'ACCESS_EXHAUSTED']);
  });

  test('is refused for a person whose account is disabled, who could not stop it', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital);
    const admin = await app().signUpAdmin();
    await admin.client.admin.users.disable.mutate({ userId: asha.user.id, reason: 'Test' });
    expect(endingOf(await readAs(app(), hospital, requestId))).toBe('CONSENT_NOT_GRANTED');
    await admin.client.admin.users.enable.mutate({ userId: asha.user.id });
    expect(endingOf(await readAs(app(), hospital, requestId))).toBe('released');
  });

  test('is NOT_FOUND for another organization, for the person, and for nothing; and nothing is written', async () => {
    const [asha, hospital] = await signUpBoth();
    const other = await app().signUpOrganization('Other Hospital');
    const { id: requestId } = await approve(asha, hospital);
    const before = await readLedger(asha);
    for (const id of [requestId, NOBODY]) expect(endingOf(await readAs(app(), other, id))).toBe('NOT_FOUND');
    expect(endingOf(await readAs(app(), asha, requestId))).toBe('FORBIDDEN');
    expect(endingOf(await app().call('orgAccess.read', { input: { requestId } }))).toBe('UNAUTHENTICATED');
    expect(await readLedger(asha)).toEqual(before);
  });

  test.each([{}, { requestId: 'one' }, { requestId: NOBODY, userId: NOBODY }, [], null])(
    'is INVALID_INPUT for %j',
    async (input) => {
      const hospital = await app().signUpOrganization();
      expect(endingOf(await mutateAs(app(), hospital, 'orgAccess.read', input))).toBe('INVALID_INPUT');
    },
  );

  test('never again once the member has left the organization', async () => {
    const [asha, hospital] = await signUpBoth();
    const { id: requestId } = await approve(asha, hospital);
    await app().sql('delete from memberships where user_id = $1', [hospital.user.id]);
    const error = await errorOf(hospital.client.orgAccess.read.mutate({ requestId }));
    expect(error.code).toBe('FORBIDDEN');
  });
});
