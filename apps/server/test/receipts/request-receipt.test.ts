import type { AccessRequest, Decision } from '@truconn/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  advanceClock,
  grantAndAsk,
  inSeconds,
  NOBODY,
  queryAs,
  readActions,
  readLedger,
  stopClock,
  useTestApp,
  wish,
} from '../consent/support.ts';
import { organizationOf, signUpMember } from '../org-access/members-support.ts';
import { rest } from '../rest/truconn-support.ts';
import { errorOf } from '../support/errors.ts';
import type { Person } from '../support/test-app.ts';
import { expectHolds, partsOf } from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

const receiptOf = (person: Person, { id: requestId }: Pick<AccessRequest, 'id'>, seq?: number) =>
  person.client.orgAccess.receipt.query({ requestId, seq });

const decide = (person: Person, { id: requestId }: AccessRequest, decision: Decision) =>
  person.client.orgAccess.decide.mutate({ requestId, decision });

/** How a request stands and what was decided last, as its receipt says it to both. */
async function statesOf(asha: Person, hospital: Person, request: AccessRequest) {
  const { record } = await receiptOf(asha, request);
  const other = await receiptOf(hospital, request);
  expect({ ...other.record, issued_at: record.issued_at }).toEqual(record);
  return [record.events[0]?.event_state, record.consent_status];
}

describe('orgAccess.receipt', () => {
  test('says of an approval who may read what, for which purpose, until when and how often', async () => {
    stopClock(new Date('2030-05-01T10:00:00Z'));
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('City Hospital')];
    const until = inSeconds(3_600);
    const terms = { categoryId: 4, purpose: 'To treat you.', expiresAt: until, maxReads: 3 };
    const request = await grantAndAsk(asha, hospital, terms);
    advanceClock(5);
    await decide(asha, request, 'approve');
    advanceClock(5);

    const issued = await receiptOf(asha, request);
    const entry = (await readLedger(asha)).at(-1);
    const organization = organizationOf(hospital);
    const server = app().settings.publicUrl;
    const { '@context': _, ...record } = issued.record;
    expect(record).toEqual({
      '@type': 'dpv:ConsentReceipt',
      schema_version: 'urn:truconn:consent-receipt:1',
      receipt_id: expect.any(String),
      record_id: request.id,
      pii_principal_id: asha.user.id,
      issued_at: '2030-05-01T10:00:10.000Z',
      consent_status: 'dpv:ConsentGiven',
      pii_processing: {
        privacy_notice: null,
        purposes: [
          {
            purpose: 'To treat you.',
            lawful_basis: 'dpv:Consent',
            pii_information: [{ pii_type: 'health', pii_attribute_id: null }],
            pii_controllers: [organization],
            recipient_third_parties: [organization],
            withdrawal_method: server,
          },
        ],
      },
      parties: [
        { party_id: asha.user.id, party_name: null, party_role: 'dpv:DataSubject', party_url: null },
        { party_id: server, party_name: 'TruConn', party_role: 'dpv:DataController', party_url: server },
        {
          party_id: organization,
          party_name: 'City Hospital',
          party_role: 'dpv:DataController',
          party_url: null,
        },
      ],
      events: [
        {
          event_time: '2030-05-01T10:00:05.000Z',
          event_type: 'dpv:ExplicitlyExpressedConsent',
          event_state: 'dpv:ConsentGiven',
          event_action: 'ACCESS_APPROVED',
          entity_id: asha.user.id,
          validity_duration: { until, reads: 3 },
        },
      ],
      ledger: { seq: 3, hash: entry?.hash },
    });
    await expectHolds(app(), issued, await readLedger(asha));
  });

  test('is the same for the person and for every member of the organization, and holds with the person’s ledger', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const nurse = await signUpMember(app(), hospital);
    const request = await grantAndAsk(asha, hospital);
    await decide(asha, request, 'approve');
    const receipts = await Promise.all([asha, hospital, nurse].map((each) => receiptOf(each, request)));
    const ledger = await readLedger(asha);
    for (const issued of receipts) {
      await expectHolds(app(), issued, ledger);
      const { issued_at } = issued.record;
      expect(issued.record).toEqual({ ...receipts[0]?.record, issued_at });
    }
  });

  test('tells the organization nothing of the person that a request does not', async () => {
    const asha = await app().signUp({ firstName: 'Ashalata', lastName: 'Patelbhai', language: 'gu' });
    const hospital = await app().signUpOrganization();
    const request = await grantAndAsk(asha, hospital);
    await asha.client.consent.grant.mutate({ categoryId: 5 });
    await decide(asha, request, 'approve');
    const { claims } = partsOf(await receiptOf(hospital, request));
    const { items } = await asha.client.consent.list.query();
    const hashes = items.flatMap(({ noticeHash }) => noticeHash ?? []);
    const told = JSON.stringify(claims);
    for (const word of ['Ashalata', 'Patelbhai', asha.email, '"gu"', 'financial', ...hashes])
      expect(told).not.toContain(word);
  });

  test('calls each decision by what it comes to', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const request = await grantAndAsk(asha, hospital);
    const states = [];
    for (const decision of ['approve', 'pause', 'resume', 'revoke'] as const) {
      await decide(asha, request, decision);
      states.push([decision, ...(await statesOf(asha, hospital, request))]);
    }
    const denied = await hospital.client.orgAccess.request.mutate(wish(asha));
    await decide(asha, denied, 'deny');
    states.push(['deny', ...(await statesOf(asha, hospital, denied))]);
    const pending = await hospital.client.orgAccess.request.mutate(wish(asha));
    await decide(asha, pending, 'revoke');
    states.push(['revoke what was never approved', ...(await statesOf(asha, hospital, pending))]);
    expect(states).toEqual([
      ['approve', 'dpv:ConsentGiven', 'dpv:ConsentGiven'],
      ['pause', 'dpv:ConsentWithdrawn', 'dpv:ConsentWithdrawn'],
      ['resume', 'dpv:RenewedConsentGiven', 'dpv:RenewedConsentGiven'],
      ['revoke', 'dpv:ConsentWithdrawn', 'dpv:ConsentWithdrawn'],
      ['deny', 'dpv:ConsentRefused', 'dpv:ConsentRefused'],
      ['revoke what was never approved', 'dpv:ConsentRefused', 'dpv:ConsentRefused'],
    ]);
    // The first approval stays to be had by both, and says that it stands no more.
    for (const side of [asha, hospital]) {
      const { record } = await receiptOf(side, request, 3);
      expect(record).toMatchObject({
        consent_status: 'dpv:ConsentWithdrawn',
        events: [{ event_state: 'dpv:ConsentGiven', event_action: 'ACCESS_APPROVED' }],
      });
    }
    await asha.client.orgAccess.toggle.mutate({ requestId: request.id });
    expect(await statesOf(asha, hospital, request)).toEqual(['dpv:ConsentGiven', 'dpv:ConsentGiven']);
  });

  test('is about decisions: reading changes nothing, and the last read is an end', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const request = await grantAndAsk(asha, hospital, { maxReads: 2 });
    await decide(asha, request, 'approve');
    const before = await receiptOf(asha, request);
    await hospital.client.orgAccess.read.mutate({ requestId: request.id });
    const between = await receiptOf(hospital, request);
    expect(between.record).toEqual({ ...before.record, issued_at: between.record.issued_at });
    await hospital.client.orgAccess.read.mutate({ requestId: request.id });
    expect(await statesOf(asha, hospital, request)).toEqual(['dpv:ConsentExpired', 'dpv:ConsentExpired']);
    expect((await receiptOf(hospital, request)).record.events[0]?.event_action).toBe('ACCESS_EXHAUSTED');
  });

  test('does not say that an access stands that is past its end, and writes nothing by saying so', async () => {
    stopClock();
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const ending = await grantAndAsk(asha, hospital, { expiresAt: inSeconds(60) });
    await decide(asha, ending, 'approve');
    await asha.client.consent.grant.mutate({ categoryId: 2, expiresAt: inSeconds(60) });
    const hanging = await hospital.client.orgAccess.request.mutate(wish(asha, { categoryId: 2 }));
    await decide(asha, hanging, 'approve');
    const written = await readActions(asha);
    advanceClock(60);
    expect(await statesOf(asha, hospital, ending)).toEqual(['dpv:ConsentGiven', 'dpv:ConsentExpired']);
    expect(await statesOf(asha, hospital, hanging)).toEqual(['dpv:ConsentGiven', 'dpv:ConsentTerminated']);
    expect(await readActions(asha)).toEqual(written);
    // Written down, it is the same.
    await asha.client.consent.revoke.mutate({ categoryId: 2 });
    await expect(decide(asha, ending, 'pause')).rejects.toThrow();
    expect(await statesOf(asha, hospital, ending)).toEqual(['dpv:ConsentExpired', 'dpv:ConsentExpired']);
    expect(await statesOf(asha, hospital, hanging)).toEqual([
      'dpv:ConsentTerminated',
      'dpv:ConsentTerminated',
    ]);
  });

  test('has no purpose where none was given', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await rest(app(), hospital, `POST /api/organization/consent/${asha.user.id}/1/request/`);
    const [request] = (await asha.client.orgAccess.incoming.query()).items as [AccessRequest];
    await decide(asha, request, 'approve');
    const { record } = await receiptOf(asha, request);
    expect(record.pii_processing.purposes[0]?.purpose).toBeNull();
  });
});

describe('there is no receipt', () => {
  test('of somebody else’s request, whoever asks, by its number either', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    const [clinic, admin] = [await app().signUpOrganization('Clinic'), await app().signUpAdmin()];
    const request = await grantAndAsk(asha, hospital);
    await decide(asha, request, 'approve');
    const missing = await errorOf(receiptOf(ravi, { id: NOBODY }));
    for (const stranger of [ravi, clinic, admin]) {
      for (const seq of [undefined, 3]) {
        const { requestId, ...error } = await errorOf(receiptOf(stranger, request, seq));
        expect({ ...error, requestId: missing.requestId }).toEqual(missing);
      }
    }
  });

  test('before anything is decided, or by the number of another entry', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const request = await grantAndAsk(asha, hospital);
    for (const side of [asha, hospital]) {
      const { body } = await queryAs(app(), side, 'orgAccess.receipt', { requestId: request.id });
      expect(body.error).toMatchObject({ message: 'Nothing was decided yet.', data: { code: 'NOT_FOUND' } });
    }
    await decide(asha, request, 'approve');
    for (const seq of [1, 2, 4]) {
      expect(await errorOf(receiptOf(hospital, request, seq))).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('for who has left the organization, or of details that were erased', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const nurse = await signUpMember(app(), hospital);
    const request = await grantAndAsk(asha, hospital);
    await decide(asha, request, 'approve');
    await nurse.client.orgAccess.members.remove.mutate({ userId: nurse.user.id });
    expect(await errorOf(receiptOf(nurse, request))).toMatchObject({ code: 'NOT_FOUND' });
    await app().sql('delete from ledger_details where person_id = $1', [asha.user.id]);
    expect(await errorOf(receiptOf(hospital, request))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
