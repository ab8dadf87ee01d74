import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { forgetOrganizationEvents } from '../../src/domain/org-access/watch-events.ts';
import { useTestApp, wish } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';
import { askWatch, openWatch, refusal } from './support.ts';

const app = useTestApp();

/** A person who has granted category 1, and an organization. */
async function acquaint(): Promise<{ asha: Person; hospital: Person }> {
  const asha = await app().signUp();
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  return { asha, hospital: await app().signUpOrganization() };
}

describe('orgAccess.watch', () => {
  test('tells the members what happens to their organization’s requests, as each stood then', async () => {
    const { asha, hospital } = await acquaint();
    await using watch = await openWatch(app(), hospital, 'orgAccess.watch');
    expect(watch.headers.get('last-event-id')).toBe('0');
    const request = await hospital.client.orgAccess.request.mutate(wish(asha, { maxReads: 3 }));
    const approved = await asha.client.orgAccess.decide.mutate({
      requestId: request.id,
      decision: 'approve',
    });
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const told = await watch.first(3);
    const member = { kind: 'member', id: hospital.user.id };
    expect(told.map(({ id, data }) => [id, data.seq, data.action, data.actor, data.by])).toEqual([
      ['1', 1, 'ACCESS_REQUESTED', { kind: 'organization', id: hospital.user.organization?.id }, member],
      ['2', 2, 'ACCESS_APPROVED', { kind: 'person', id: asha.user.id }, null],
      ['3', 3, 'ACCESS_REVOKED', { kind: 'person', id: asha.user.id }, null],
    ]);
    expect(told[0]?.data).toEqual({
      seq: 1,
      at: request.requestedAt,
      action: 'ACCESS_REQUESTED',
      actor: { kind: 'organization', id: hospital.user.organization?.id },
      by: member,
      categoryId: 1,
      requestId: request.id,
      request,
    });
    expect(told[1]?.data).toMatchObject({ at: approved.decidedAt, request: approved });
    expect(told[2]?.data.request).toMatchObject({ status: 'REVOKED', readsLeft: 3 });

    await using again = await openWatch(app(), hospital, 'orgAccess.watch', { input: { lastEventId: '0' } });
    expect(await again.first(3)).toEqual(told);
  });

  test('tells what the clock ends, with the system as its actor', async () => {
    const { asha, hospital } = await acquaint();
    const { id } = await hospital.client.orgAccess.request.mutate(wish(asha));
    await app().sql(`update access_requests set expires_at = now() where id = $1`, [id]);
    await using watch = await openWatch(app(), hospital, 'orgAccess.watch');
    await hospital.client.orgAccess.request.mutate(wish(asha));
    const [expired, requested] = await watch.first(2);
    const { action, actor, by, request: ended } = expired?.data ?? {};
    expect([action, actor, by, ended.status]).toEqual([
      'ACCESS_EXPIRED',
      { kind: 'system', id: null },
      null,
      'EXPIRED',
    ]);
    expect(requested?.data.action).toBe('ACCESS_REQUESTED');
  });

  test('tells no other organization, and no member of another', async () => {
    const { asha, hospital } = await acquaint();
    const bank = await app().signUpOrganization('Lotus Bank');
    await using watch = await openWatch(app(), bank, 'orgAccess.watch');
    await hospital.client.orgAccess.request.mutate(wish(asha));
    await bank.client.orgAccess.request.mutate(wish(asha));
    // One transaction that tells both.
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const told = await watch.first(2);
    expect(told.map(({ id, data }) => [id, data.request.organization.name])).toEqual([
      ['1', 'Lotus Bank'],
      ['2', 'Lotus Bank'],
    ]);
    expect(watch.messages()).toHaveLength(2);
  });

  test('shows the names of now, and what was erased is gone', async () => {
    const { asha, hospital } = await acquaint();
    const ravi = await app().signUp({ firstName: 'Ravi' });
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    await hospital.client.orgAccess.request.mutate(wish(asha));
    await hospital.client.orgAccess.request.mutate(wish(ravi));
    await ravi.client.profile.update.mutate({ firstName: 'Ravindra' });
    await app().sql('delete from users where id = $1', [asha.user.id]);
    await using watch = await openWatch(app(), hospital, 'orgAccess.watch', { input: { lastEventId: '1' } });
    const [told] = await watch.first(1);
    expect([told?.id, told?.data.request.user.firstName]).toEqual(['2', 'Ravindra']);
  });

  test('events of more than 30 days ago are swept, and who would resume before them is told what to do', async () => {
    const { asha, hospital } = await acquaint();
    const { id: requestId } = await hospital.client.orgAccess.request.mutate(wish(asha));
    for (const decision of ['approve', 'pause', 'resume'] as const) {
      await asha.client.orgAccess.decide.mutate({ requestId, decision });
    }
    const organizationId = hospital.user.organization?.id;
    await app().sql(
      `update organization_events set at = now() - interval '31 days' where organization_id = $1 and seq in (1, 3)`,
      [organizationId],
    );
    const database = connectDatabase(app().database.appUrl);
    await forgetOrganizationEvents(database.kysely);
    await database.close();

    const [status, error] = await refusal(
      askWatch(app(), hospital, 'orgAccess.watch', { input: { lastEventId: '2' } }),
    );
    expect([status, error.fields]).toEqual([
      400,
      { lastEventId: ['What came after this event is no longer kept: list anew, and watch without an id.'] },
    ]);
    await using watch = await openWatch(app(), hospital, 'orgAccess.watch', { input: { lastEventId: '3' } });
    expect((await watch.first(1))[0]?.id).toBe('4');
  });

  test('somebody without an organization may not, and it is on the audit log', async () => {
    const asha = await app().signUp();
    const [status, error] = await refusal(askWatch(app(), asha, 'orgAccess.watch'));
    expect([status, error.code]).toEqual([403, 'FORBIDDEN']);
    const rows = await app().sql('select action from audit_events where request_id = $1', [error.requestId]);
    expect(rows).toEqual([{ action: 'access.denied' }]);
  });

  test('nobody is told to sign in', async () => {
    const [status, error] = await refusal(askWatch(app(), undefined, 'orgAccess.watch'));
    expect([status, error.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test.each(['1', 'x', '-1'])('the id "%s" is none of its own', async (lastEventId) => {
    const { hospital } = await acquaint();
    const [status, error] = await refusal(
      askWatch(app(), hospital, 'orgAccess.watch', { input: { lastEventId } }),
    );
    expect([status, Object.keys(error.fields ?? {})]).toEqual([400, ['lastEventId']]);
  });

  test('people who end many requests at once, each of the same organizations, wait for nobody in a circle', async () => {
    const organizations = await Promise.all(
      Array.from({ length: 6 }, (_, index) => app().signUpOrganization(`Organization ${index}`)),
    );
    const people = await Promise.all(Array.from({ length: 6 }, () => app().signUp()));
    for (const [place, person] of people.entries()) {
      await person.client.consent.grant.mutate({ categoryId: 1 });
      // Each person's requests come in another order, so a lock per request would meet itself.
      const order = [...organizations.slice(place), ...organizations.slice(0, place)];
      for (const one of order) await one.client.orgAccess.request.mutate(wish(person));
    }
    await Promise.all(people.map(({ client }) => client.consent.revoke.mutate({ categoryId: 1 })));
    for (const one of organizations) {
      await using watch = await openWatch(app(), one, 'orgAccess.watch', { input: { lastEventId: '0' } });
      const told = await watch.first(12);
      expect(told.map(({ id }) => Number(id))).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    }
  });

  test('a transaction that tells several organizations takes their heads in the order of their ids', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const both = [await app().signUpOrganization(), await app().signUpOrganization()];
    const idOf = (one: Person) => one.user.organization?.id ?? '';
    const [first, last] = both.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
    if (first === undefined || last === undefined) throw new Error('unreachable: there are two');
    // Requests end in the order in which they were made.
    for (const one of [last, first]) await one.client.orgAccess.request.mutate(wish(asha));
    const holder = new pg.Client({ connectionString: app().database.ownerUrl });
    await holder.connect();
    try {
      const lock = 'select seq from organization_event_heads where organization_id = $1 for update';
      await holder.query('begin');
      await holder.query(lock, [idOf(last)]);
      const revoking = asha.client.consent.revoke.mutate({ categoryId: 1 });
      await expect.poll(() => app().sql(`${lock} skip locked`, [idOf(first)])).toEqual([]);
      await holder.query('commit');
      await revoking;
    } finally {
      await holder.end();
    }
  });
});
