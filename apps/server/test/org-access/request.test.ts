import { describe, expect, test } from 'vitest';
import {
  grantAndAsk,
  mutateAs,
  NOBODY,
  readActions,
  readLedger,
  useTestApp,
  wish,
} from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

const app = useTestApp();

describe('orgAccess.request', () => {
  test('asks: both sides see the same request, and the person’s ledger says who asked for what', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('City Hospital')];
    await asha.client.consent.grant.mutate({ categoryId: 4 });
    const expiresAt = '2090-01-01T00:00:00.000Z';
    const request = await hospital.client.orgAccess.request.mutate(
      wish(asha, { categoryId: 4, purpose: '  Your treatment.\nNothing else. ', expiresAt, maxReads: 3 }),
    );
    expect(request).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      organization: { id: hospital.user.organization?.id, name: 'City Hospital', verified: false },
      user: { id: asha.user.id, firstName: 'Asha', lastName: 'Patel' },
      categoryId: 4,
      purpose: 'Your treatment.\nNothing else.',
      status: 'PENDING',
      expiresAt,
      maxReads: 3,
      readsLeft: 3,
      reads: 0,
      lastReadAt: null,
      requestedAt: expect.any(String),
      decidedAt: null,
    });
    expect((await asha.client.orgAccess.incoming.query()).items).toEqual([request]);
    expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([request]);
    expect((await readLedger(asha)).at(-1)).toMatchObject({
      action: 'ACCESS_REQUESTED',
      actor: { kind: 'organization', id: hospital.user.organization?.id },
      categoryId: 4,
      requestId: request.id,
      details: { purpose: 'Your treatment.\nNothing else.', expiresAt, maxReads: 3, before: null },
    });
  });

  test.each(['PENDING', 'APPROVED', 'PAUSED'] as const)(
    'asking again while one is %s returns that one unchanged',
    async (status) => {
      const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
      const { id } = await grantAndAsk(asha, hospital);
      const steps = { PENDING: [], APPROVED: ['approve'], PAUSED: ['approve', 'pause'] } as const;
      for (const decision of steps[status]) {
        await asha.client.orgAccess.decide.mutate({ requestId: id, decision });
      }
      const before = await readActions(asha);
      const again = wish(asha, { purpose: 'Something else', maxReads: 9, expiresAt: '2090-01-01T00:00:00Z' });
      expect(await hospital.client.orgAccess.request.mutate(again)).toMatchObject({
        id,
        status,
        purpose: 'To greet you by name.',
        maxReads: null,
        expiresAt: null,
      });
      expect(await readActions(asha)).toEqual(before);
    },
  );

  test.each(['DENIED', 'REVOKED'] as const)('after %s a new request is a new one', async (status) => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    const decision = status === 'DENIED' ? 'deny' : 'revoke';
    await asha.client.orgAccess.decide.mutate({ requestId: id, decision });
    const again = await hospital.client.orgAccess.request.mutate(wish(asha));
    expect(again).toMatchObject({ status: 'PENDING', decidedAt: null });
    const { items } = await asha.client.orgAccess.incoming.query();
    expect(items.map((request) => [request.id, request.status])).toEqual([
      [again.id, 'PENDING'],
      [id, status],
    ]);
  });

  test('two organizations each have a request of their own', async () => {
    const asha = await app().signUp();
    const [hospital, bank] = [
      await app().signUpOrganization('Hospital'),
      await app().signUpOrganization('Bank'),
    ];
    const first = await grantAndAsk(asha, hospital);
    const second = await grantAndAsk(asha, bank);
    expect(second.id).not.toBe(first.id);
    expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([first]);
    expect((await bank.client.orgAccess.outgoing.query()).items).toEqual([second]);
  });

  test('an unknown person, an unknown category, no consent, a revoked one and a disabled person look alike', async () => {
    const hospital = await app().signUpOrganization();
    const [undecided, revoked, disabled] = [await app().signUp(), await app().signUp(), await app().signUp()];
    await revoked.client.consent.toggle.mutate({ categoryId: 1 });
    await revoked.client.consent.toggle.mutate({ categoryId: 1 });
    await disabled.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
    const nobody = { user: { id: NOBODY } } as Person;
    const organizationId = { user: { id: hospital.user.organization?.id } } as Person;
    const answers = [
      await mutateAs(app(), hospital, 'orgAccess.request', wish(nobody)),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(organizationId)),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(undecided)),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(revoked)),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(disabled)),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(revoked, { categoryId: 99 })),
      await mutateAs(app(), hospital, 'orgAccess.request', wish(nobody, { categoryId: 99 })),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toEqual({
        error: {
          message: 'User has not granted this consent.',
          code: answers[0]?.body.error.code,
          data: { code: 'CONSENT_NOT_GRANTED', httpStatus: 400, requestId: expect.any(String) },
        },
      });
    }
    expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([]);
    expect(await readActions(undecided)).toEqual([]);
  });

  test('an end in the past is INVALID_INPUT for a person who is there and for one who is not', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    for (const userId of [asha.user.id, NOBODY]) {
      const past = wish(asha, { userId, expiresAt: '2020-01-01T00:00:00Z' });
      const { status, body } = await mutateAs(app(), hospital, 'orgAccess.request', past);
      expect([status, body.error.data.code]).toEqual([400, 'INVALID_INPUT']);
      expect(body.error.data.fields).toEqual({ expiresAt: ['The end must be in the future.'] });
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('a UUID in capital letters is the same person', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    const shouted = wish(asha, { userId: asha.user.id.toUpperCase() });
    expect(await hospital.client.orgAccess.request.mutate(shouted)).toMatchObject({ id });
  });

  test('purposes in any script and of the full length are kept letter by letter', async () => {
    const asha = await app().signUp();
    for (const purpose of [
      'इलाज के लिए',
      'સારવાર 👩🏽‍⚕️',
      'O\'Brien \\ "quoted" {x} %s',
      'क'.repeat(1000),
      '"',
    ]) {
      const hospital = await app().signUpOrganization();
      expect((await grantAndAsk(asha, hospital, { purpose })).purpose).toBe(purpose.normalize('NFC'));
    }
    expect((await readLedger(asha)).length).toBe(6);
  });
});
