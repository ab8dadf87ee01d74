import { createTruConn, isTruConnError, type LedgerEntry, type WatchEvent } from '@truconn/sdk';
import { fetchReceiptKeys, verifyLedger, verifyReceipt } from '@truconn/sdk/verify';
import { expect, it } from 'vitest';
import { startFileApp } from './support.ts';

const app = await startFileApp();

const asha = { email: 'asha@example.org', password: 'marigold-tram-42-sky' };
const registrar = { email: 'registrar@hospital.example', password: 'lantern-river-17-moss' };

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (!isTruConnError(error)) throw error;
    return error.code;
  }
}

/** The first so many actions of a stream. */
async function actionsOf(events: AsyncIterable<WatchEvent<{ action: string }>>, count: number) {
  const actions: string[] = [];
  for await (const { data } of events) {
    actions.push(data.action);
    if (actions.length === count) break;
  }
  return actions;
}

it(`from sign-up to released data, revocation, a refused read, and a ledger and receipts that prove it offline`, async () => {
  // Two people of two kinds sign up.
  const person = createTruConn({ baseUrl: app.url });
  await person.auth.signUp({ ...asha, firstName: 'Asha', lastName: 'Patel' });
  const { user } = await person.auth.signIn({ identifier: asha.email, password: asha.password });
  const hospital = createTruConn({ baseUrl: app.url });
  await hospital.auth.signUp({ ...registrar, role: 'ORGANIZATION', organizationName: 'City Hospital' });
  await hospital.auth.signIn({ identifier: registrar.email, password: registrar.password });

  // Asha writes down what she knows of her health, reads the notice and grants.
  const record = { bloodGroup: 'O+', allergies: ['Penicillin'] };
  await person.profile.records.set({ categoryId: 4, data: record });
  const wish = { userId: user.id, categoryId: 4, purpose: 'Treatment after your accident', maxReads: 2 };
  expect(await codeOf(hospital.orgAccess.request(wish))).toBe('CONSENT_NOT_GRANTED');
  const health = (await person.consent.categories()).items.find(({ id }) => id === 4);
  const { version: noticeVersion, language: noticeLanguage } = health?.notice ?? {};
  const consent = await person.consent.grant({ categoryId: 4, noticeVersion, noticeLanguage });
  expect(consent).toMatchObject({ granted: true, noticeHash: health?.notice.hash });

  // The hospital asks; nothing is released before she approves.
  const { id: requestId } = await hospital.orgAccess.request(wish);
  expect(await codeOf(hospital.orgAccess.read({ requestId }))).toBe('ACCESS_PENDING');
  await person.orgAccess.decide({ requestId, decision: 'approve' });
  const { data, request } = await hospital.orgAccess.read({ requestId });
  expect(data).toEqual({ ...record, conditions: null, medications: null });
  expect(request.readsLeft).toBe(1);

  // She keeps the receipts of what she agreed to, and of what she takes back.
  const granted = await person.consent.receipt({ categoryId: 4 });
  const approved = await hospital.orgAccess.receipt({ requestId });
  await person.consent.revoke({ categoryId: 4 });
  const revoked = await person.consent.receipt({ categoryId: 4 });
  expect(await codeOf(hospital.orgAccess.read({ requestId }))).toBe('CONSENT_NOT_GRANTED');

  // Both have heard of all of it.
  const story = [
    'CONSENT_GRANTED',
    'ACCESS_REQUESTED',
    'ACCESS_REFUSED',
    'ACCESS_APPROVED',
    'ACCESS_READ',
    'CONSENT_REVOKED',
    'ACCESS_REVOKED',
    'ACCESS_REFUSED',
  ];
  expect(await actionsOf(person.consent.watch({ lastEventId: '0' }), 8)).toEqual(story);
  expect(await actionsOf(hospital.orgAccess.watch({ lastEventId: '0' }), 6)).toEqual(
    story.filter((action) => action.startsWith('ACCESS_')),
  );

  // With the copies alone, whoever holds them can check them: the server is gone.
  const entries: LedgerEntry[] = [];
  for await (const entry of person.consent.ledger.all()) entries.push(entry);
  const keys = await fetchReceiptKeys(app.url);
  await app.app.close();
  expect(await verifyLedger(entries)).toMatchObject({ valid: true, entries: 8 });
  for (const { receipt } of [granted, approved, revoked])
    expect(await verifyReceipt(receipt, keys, { ledger: entries })).toMatchObject({ valid: true });

  // And who changes a copy is found out.
  const tampered = entries.map((entry) =>
    entry.seq === 5 ? { ...entry, action: 'ACCESS_DENIED' as const } : entry,
  );
  expect(await verifyLedger(tampered)).toEqual({ valid: false, seq: 5, problem: 'hash' });
  const reordered = entries.toSpliced(2, 2, ...entries.slice(2, 4).reverse());
  expect(await verifyLedger(reordered)).toEqual({ valid: false, seq: 3, problem: 'sequence' });
  const [header, payload = '', signature] = granted.receipt.split('.');
  const forged = payload.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  expect(await verifyReceipt([header, forged, signature].join('.'), keys)).toEqual({
    valid: false,
    problem: 'signature',
  });
});
