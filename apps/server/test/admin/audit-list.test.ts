import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutateAs, readAll } from '../consent/support.ts';
import { endingOf } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let admin: Person;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.signUpAdmin();
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

type Filters = Parameters<Person['client']['admin']['audit']['list']['query']>[0];
const list = async (input?: Filters) => (await admin.client.admin.audit.list.query(input)).items;
const idsOf = async (input?: Filters) => (await list(input)).map(({ id }) => id);

/** Writes a line as of that moment, and answers its id. */
async function writeLine(at: string, idAt = at): Promise<string> {
  const id = uuidv7({ msecs: Date.parse(idAt) });
  await app.sql(`insert into audit_events (id, at, action, subject_id) values ($1, $2, 'test.line', $3)`, [
    id,
    at,
    asha.user.id,
  ]);
  return id;
}

describe('admin.audit.list', () => {
  it('tells who did what to whom, when, from where and why', async () => {
    const input = { userId: asha.user.id, role: 'DOCTOR', reason: 'Has shown a licence' };
    const answer = await mutateAs(app, admin, 'admin.users.setRole', input);
    const [event] = await list({ limit: 1 });
    expect(event).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      action: 'user.role_changed',
      actorId: admin.user.id,
      subjectId: asha.user.id,
      ip: '127.0.0.1',
      userAgent: 'node',
      requestId: answer.headers.get('x-request-id'),
      details: { reason: 'Has shown a licence', before: 'CITIZEN', after: 'DOCTOR' },
    });
  });

  it('is newest first, and pages without a gap or a repetition while lines are written', async () => {
    const before = await idsOf({ limit: 100 });
    expect(before).toEqual([...before].sort().reverse());
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.client.admin.audit.list.query({ limit: 2, cursor });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await endingOf(app.signIn(asha.email, 'wrong-guess-of-a-thief'));
    } while (cursor !== undefined);
    expect(paged).toEqual(before);
  });

  it('finds an action by its name, and a family by what stands before the dot', async () => {
    await endingOf(asha.client.admin.users.list.query());
    const all = await readAll((page) => admin.client.admin.audit.list.query(page));
    for (const action of [
      'user.sign_in',
      'user.sign_in_failed',
      'access.denied',
      'user',
      'access',
      'member',
    ]) {
      const expected = all.filter(
        (event) => event.action === action || event.action.startsWith(`${action}.`),
      );
      const paged = await readAll(({ cursor }) =>
        admin.client.admin.audit.list.query({ action, limit: 3, cursor }),
      );
      expect([action, paged]).toEqual([action, expected]);
      expect(expected.length > 0).toBe(action !== 'member');
    }
    expect(await list({ action: 'use' })).toEqual([]);
    expect(await list({ action: 'nothing.at_all' })).toEqual([]);
  });

  it('finds by who did it, by whom it was done to, and by both with an action', async () => {
    const ravi = await app.signUp();
    await admin.client.admin.users.endSessions.mutate({ userId: ravi.user.id });
    const byRavi = await list({ actorId: ravi.user.id });
    expect(byRavi).toEqual([]);
    const actions = async (input: Filters) => (await list(input)).map(({ action }) => action);
    expect(await actions({ subjectId: ravi.user.id })).toEqual([
      'session.all_ended',
      'user.sign_in',
      'user.signed_up',
    ]);
    const both = { actorId: admin.user.id, subjectId: ravi.user.id };
    expect(await actions(both)).toEqual(['session.all_ended']);
    expect(await actions({ ...both, action: 'session' })).toEqual(['session.all_ended']);
    expect(await actions({ ...both, action: 'user' })).toEqual([]);
    expect(await actions({ subjectId: randomUUID() })).toEqual([]);
  });

  it('finds by time: from a moment on, and before another', async () => {
    const one = await writeLine('2020-01-01T00:00:00.000Z');
    const two = await writeLine('2020-06-01T12:00:00.000Z');
    const three = await writeLine('2020-06-01T12:00:00.001Z');
    const action = 'test.line';
    const [from, to] = ['2020-06-01T12:00:00.000Z', '2020-06-01T12:00:00.001Z'];
    expect(await idsOf({ action })).toEqual([three, two, one]);
    expect(await idsOf({ action, from })).toEqual([three, two]);
    expect(await idsOf({ action, to })).toEqual([two, one]);
    expect(await idsOf({ action, from, to })).toEqual([two]);
    expect(await idsOf({ action, from: '2020-06-01T17:30:00.001+05:30' })).toEqual([three]);
    expect(await idsOf({ action, from: '2021-01-01T00:00:00Z' })).toEqual([]);
    expect(await idsOf({ action, from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' })).toHaveLength(3);
    expect(await idsOf({ action, to: '0001-01-01T00:00:00Z' })).toEqual([]);
  });

  it('finds by time what was written while the clock had been set back', async () => {
    const line = await writeLine('2019-03-01T00:00:00.000Z', '2019-03-01T20:00:00.000Z');
    const times = { from: '2019-03-01T00:00:00.000Z', to: '2019-03-01T00:00:00.001Z' };
    expect(await idsOf(times)).toEqual([line]);
  });

  it('is for administrators', async () => {
    for (const person of [asha, await app.signUpOrganization()]) {
      expect(await endingOf(person.client.admin.audit.list.query())).toBe('FORBIDDEN');
    }
    expect(await endingOf(app.client().admin.audit.list.query())).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', '', 'x'.repeat(201), 7]],
    ['action', [7, '', 'user.', '.sign_in', 'user.%', 'USER', 'a.b.c', `${'x'.repeat(41)}`, 'a b']],
    ['actorId', [7, '', 'me', null]],
    ['subjectId', [7, '', 'me', null]],
    ['from', [7, '', 'yesterday', '2020-01-01', '2020-13-01T00:00:00Z', null]],
    ['to', [7, '', 'tomorrow', '2020-01-01T00:00:00', null]],
    ['offset', [1]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const bad = { [field]: value } as object;
      const { code, fields } = await errorOf(admin.client.admin.audit.list.query(bad));
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});
