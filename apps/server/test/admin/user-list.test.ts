import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, errorData } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let admin: Person;
let people: Record<'kiran' | 'percent' | 'hospital' | 'doctor', Person>;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.signUpAdmin();
  people = {
    kiran: await app.signUp({ firstName: 'Kiran', lastName: 'Desai', username: 'sunrise' }),
    percent: await app.signUp({ firstName: '100%', lastName: 'Sure_Thing' }),
    hospital: await app.signUpOrganization('Lotus Hospital'),
    doctor: await app.signUp({ role: 'DOCTOR', firstName: 'Meera' }),
  };
  await admin.client.admin.users.disable.mutate({ userId: people.doctor.user.id, reason: 'On leave' });
});
afterAll(() => app[Symbol.asyncDispose]());

const list = (input?: object) => admin.client.admin.users.list.query(input);
const idsOf = async (input?: object) => (await list(input)).items.map(({ id }) => id);

describe('admin.users.list', () => {
  it('answers accounts, newest first, disabled ones included, with nothing secret', async () => {
    const { items, nextCursor } = await list();
    const known = [admin, ...Object.values(people)].map(({ user }) => user.id);
    const shown = items.filter(({ id }) => known.includes(id));
    expect(shown.map(({ id }) => id)).toEqual(
      [people.doctor, people.hospital, people.percent, people.kiran, admin].map(({ user }) => user.id),
    );
    expect(shown[3]).toEqual({ ...people.kiran.user, disabledAt: null });
    expect(shown[0]?.disabledAt).toEqual(expect.any(String));
    expect(nextCursor).toBeNull();
    expect(JSON.stringify(items)).not.toMatch(/argon2|hash|epoch|token/i);
  });

  it.each([
    ['a first name', 'KIRAN', 'kiran'],
    ['a last name', 'desa', 'kiran'],
    ['a username', 'sunri', 'kiran'],
    ['an organization', 'lotus', 'hospital'],
    ['a percent sign as itself', '100%', 'percent'],
    ['an underscore as itself', 'e_T', 'percent'],
  ] as const)('finds by %s', async (_name, query, who) => {
    expect(await idsOf({ query })).toEqual([people[who].user.id]);
  });

  it('finds by an e-mail address', async () => {
    expect(await idsOf({ query: ` ${people.kiran.email.toUpperCase()} ` })).toEqual([people.kiran.user.id]);
  });

  it.each(['%', '_', '\\', `' or 1=1 --`, 'nobody at all'])(
    'finds no more than what holds %j',
    async (query) => {
      const found = (await list({ query })).items;
      for (const user of found) {
        const text = [user.email, user.username, user.firstName, user.lastName, user.organization?.name].join(
          ' ',
        );
        expect(text.toLowerCase()).toContain(query);
      }
    },
  );

  it('finds by role, and by both', async () => {
    expect(await idsOf({ role: 'DOCTOR' })).toEqual([people.doctor.user.id]);
    expect(await idsOf({ role: 'OFFICER' })).toEqual([]);
    expect(await idsOf({ role: 'CITIZEN', query: 'kiran' })).toEqual([people.kiran.user.id]);
  });

  it('pages without a gap or a repetition while people sign up', async () => {
    const before = await idsOf();
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, cursor });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await app.signUp();
    } while (cursor !== undefined);
    expect(paged).toEqual(before);
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', '', 'x'.repeat(201), 7]],
    ['query', [7, 'x'.repeat(201), 'a\u0000b', '\uD800', ['a']]],
    ['role', ['doctor', '', 7]],
    ['offset', [1]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const input = { [field]: value };
      const answer = await app.call('admin.users.list', {
        method: 'GET',
        input,
        headers: bearer(admin.accessToken),
      });
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});
