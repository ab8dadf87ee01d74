import { createHash } from 'node:crypto';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { lockLedger } from '../../src/domain/ledger/append-entry.ts';
import {
  advanceClock,
  grantAndAsk,
  inSeconds,
  queryAs,
  readActions,
  readLedger,
  stopClock,
  useTestApp,
} from '../consent/support.ts';
import { errorOf } from '../support/errors.ts';
import type { Person } from '../support/test-app.ts';
import { expectHolds, partsOf } from './support.ts';

const app = useTestApp();
let database: Database | undefined;
afterEach(() => void vi.useRealTimers());
afterAll(() => database?.close());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const receiptOf = (person: Person, categoryId: number, seq?: number) =>
  person.client.consent.receipt.query({ categoryId, seq });

/** The sentence of a refusal, as it went over the wire. */
async function refusalOf(person: Person, input: object): Promise<[code: string, message: string]> {
  const { error } = (await queryAs(app(), person, 'consent.receipt', input)).body;
  return [error.data.code, error.message];
}

describe('consent.receipt', () => {
  test('says of a grant what was agreed, when, on which notice, and is signed', async () => {
    stopClock(new Date('2030-05-01T10:00:00.250Z'));
    const asha = await app().signUp({ language: 'gu' });
    const until = inSeconds(3_600);
    await asha.client.consent.grant.mutate({ categoryId: 2, expiresAt: until });
    const [entry] = await readLedger(asha);
    advanceClock(10);

    const issued = await receiptOf(asha, 2);
    const { items } = await asha.client.consent.categories.query();
    const notice = items.find(({ id }) => id === 2)?.notice.text ?? '';
    const { id } = asha.user;
    const server = app().settings.publicUrl;
    const { '@context': context, ...record } = issued.record;
    expect(record).toEqual({
      '@type': 'dpv:ConsentReceipt',
      schema_version: 'urn:truconn:consent-receipt:1',
      receipt_id: expect.stringMatching(UUID),
      record_id: expect.stringMatching(UUID),
      pii_principal_id: id,
      issued_at: '2030-05-01T10:00:10.250Z',
      consent_status: 'dpv:ConsentGiven',
      pii_processing: {
        privacy_notice: {
          version: 1,
          language: 'gu',
          sha256: createHash('sha256').update(notice).digest('hex'),
        },
        purposes: [
          {
            purpose: 'To release this kind of data to organizations whose requests the person approves.',
            lawful_basis: 'dpv:Consent',
            pii_information: ['email', 'mobile', 'address'].map((field) => ({
              pii_type: 'contact',
              pii_attribute_id: field,
            })),
            pii_controllers: [server],
            recipient_third_parties: [],
            withdrawal_method: server,
          },
        ],
      },
      parties: [
        { party_id: id, party_name: null, party_role: 'dpv:DataSubject', party_url: null },
        { party_id: server, party_name: 'TruConn', party_role: 'dpv:DataController', party_url: server },
      ],
      events: [
        {
          event_time: '2030-05-01T10:00:00.250Z',
          event_type: 'dpv:ExplicitlyExpressedConsent',
          event_state: 'dpv:ConsentGiven',
          event_action: 'CONSENT_GRANTED',
          entity_id: id,
          validity_duration: { until, reads: null },
        },
      ],
      ledger: { seq: 1, hash: entry?.hash },
    });
    expect(context).toMatchObject({ dpv: 'https://w3id.org/dpv#', events: 'dpv:hasConsentStatus' });
    await expectHolds(app(), issued, await readLedger(asha));
    expect(partsOf(issued)).toEqual({
      header: { alg: 'EdDSA', kid: issued.keyId, typ: 'consent-receipt+jwt' },
      claims: {
        iss: server,
        iat: Date.parse('2030-05-01T10:00:10Z') / 1_000,
        sub: id,
        jti: issued.record.receipt_id,
        record: issued.record,
      },
    });
  });

  test('follows the consent through new terms and its end; the older ones stay to be had', async () => {
    const asha = await app().signUp();
    const receipts = [];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    receipts.push(await receiptOf(asha, 1));
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    receipts.push(await receiptOf(asha, 1));
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    receipts.push(await receiptOf(asha, 1));
    const ledger = await readLedger(asha);
    expect(receipts.map(({ record }) => [record.events[0]?.event_state, record.consent_status])).toEqual([
      ['dpv:ConsentGiven', 'dpv:ConsentGiven'],
      ['dpv:RenewedConsentGiven', 'dpv:RenewedConsentGiven'],
      ['dpv:ConsentWithdrawn', 'dpv:ConsentWithdrawn'],
    ]);
    expect(receipts[2]?.record.events[0]?.validity_duration).toBeNull();
    for (const [index, before] of receipts.entries()) {
      await expectHolds(app(), before, ledger);
      const again = await receiptOf(asha, 1, index + 1);
      await expectHolds(app(), again, ledger);
      // What was decided is what it was; how it stands is what it is.
      const { issued_at, ...same } = before.record;
      expect(again.record).toEqual({
        ...same,
        issued_at: again.record.issued_at,
        consent_status: 'dpv:ConsentWithdrawn',
      });
    }
    expect(new Set(receipts.map(({ record }) => record.receipt_id)).size).toBe(3);
    expect(new Set(receipts.map(({ record }) => record.record_id)).size).toBe(1);
  });

  test('does not say that a consent stands that is past its end, and writes nothing by saying so', async () => {
    stopClock();
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    advanceClock(59.999);
    expect((await receiptOf(asha, 1)).record.consent_status).toBe('dpv:ConsentGiven');
    advanceClock(0.001);
    const unsettled = await receiptOf(asha, 1);
    expect(unsettled.record).toMatchObject({
      consent_status: 'dpv:ConsentExpired',
      events: [{ event_state: 'dpv:ConsentGiven', validity_duration: { until: new Date().toISOString() } }],
    });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const settled = await receiptOf(asha, 1);
    expect(settled.record).toMatchObject({
      consent_status: 'dpv:ConsentExpired',
      events: [
        { event_state: 'dpv:ConsentExpired', entity_id: app().settings.publicUrl, validity_duration: null },
      ],
    });
    expect((await receiptOf(asha, 1, 1)).record.consent_status).toBe('dpv:ConsentExpired');
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect((await receiptOf(asha, 1, 1)).record.consent_status).toBe('dpv:ConsentGiven');
  });

  test('says that a consent is ended by somebody else when its notice is withdrawn', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 7 });
    await app().sql('update notice_versions set withdrawn_at = now() where category_id = 7');
    expect((await receiptOf(asha, 7)).record.consent_status).toBe('dpv:ConsentTerminated');
    await asha.client.consent.revoke.mutate({ categoryId: 7 });
    const { record } = await receiptOf(asha, 7);
    expect(record).toMatchObject({
      consent_status: 'dpv:ConsentTerminated',
      events: [{ event_state: 'dpv:ConsentTerminated', event_action: 'CONSENT_REVOKED' }],
    });
  });

  test('holds nothing of who the person is but their id', async () => {
    const asha = await app().signUp({
      firstName: 'Ashalata',
      lastName: 'Patelbhai',
      username: 'asha-the-first',
    });
    await asha.client.consent.grant.mutate({ categoryId: 2 });
    const { claims } = partsOf(await receiptOf(asha, 2));
    for (const word of ['Ashalata', 'Patelbhai', 'asha-the-first', asha.email])
      expect(JSON.stringify(claims)).not.toContain(word);
  });

  test('is made of a change written before the ledger kept the notice’s hash', async () => {
    const asha = await app().signUp();
    database ??= connectDatabase(app().database.appUrl, { maxConnections: 1 });
    await database.transact(async (trx) => {
      const state = { expiresAt: null, noticeVersion: 1, noticeLanguage: 'en' };
      const ledger = await lockLedger(trx, asha.user.id);
      await ledger?.append({
        action: 'CONSENT_GRANTED',
        actor: { kind: 'person', id: asha.user.id },
        categoryId: 3,
        request: null,
        details: {
          category: 'location',
          before: { granted: false, expiresAt: null, noticeVersion: null, noticeLanguage: null },
          after: { granted: true, ...state },
        },
      });
    });
    const { items } = await asha.client.consent.categories.query();
    const { record } = await receiptOf(asha, 3);
    expect(record.pii_processing.privacy_notice).toEqual({
      version: 1,
      language: 'en',
      sha256: items.find(({ id }) => id === 3)?.notice.hash,
    });
  });
});

describe('there is no receipt', () => {
  test('of what was not decided yet, or of a category that there is not', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect(await refusalOf(asha, { categoryId: 2 })).toEqual(['NOT_FOUND', 'Nothing was decided yet.']);
    expect(await refusalOf(asha, { categoryId: 999 })).toEqual(['NOT_FOUND', 'Nothing was decided yet.']);
  });

  test('by the number of an entry about something else', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 2 });
    await grantAndAsk(asha, await app().signUpOrganization(), { categoryId: 1 });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_GRANTED', 'ACCESS_REQUESTED']);
    for (const seq of [1, 3, 4]) {
      expect(await refusalOf(asha, { categoryId: 1, seq })).toEqual([
        'NOT_FOUND',
        'There is no such decision.',
      ]);
    }
    expect((await receiptOf(asha, 1, 2)).record.ledger.seq).toBe(2);
  });

  test('of somebody else’s consent', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect(await errorOf(receiptOf(ravi, 1, 1))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of details that were erased; the rest of the ledger still gives theirs', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    await app().sql('delete from ledger_details where person_id = $1 and seq = 2', [asha.user.id]);
    expect(await refusalOf(asha, { categoryId: 1 })).toEqual([
      'NOT_FOUND',
      'The details of this decision were erased.',
    ]);
    const granted = await receiptOf(asha, 1, 1);
    expect(granted.record.consent_status).toBe('dpv:ConsentWithdrawn');
    await expectHolds(app(), granted, await readLedger(asha));
  });

  test('of details that somebody has written over', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql(
      `update ledger_details set details = jsonb_set(details, '{after,expiresAt}', '"2099-01-01T00:00:00.000Z"')
       where person_id = $1`,
      [asha.user.id],
    );
    expect(await errorOf(receiptOf(asha, 1))).toMatchObject({ code: 'INTERNAL' });
    expect(app().logs.join('')).toContain('Entry 1 of a ledger was changed: details.');
  });
});
