import { RECORD_MAX_BYTES } from '@truconn/contract';
import { describe, expect, it, test } from 'vitest';
import { bearer, mutateAs, NOBODY, queryAs, stopClock, useTestApp } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';

const app = useTestApp();

describe('profile.records.set', () => {
  it.each([
    [
      4,
      {
        bloodGroup: 'AB-',
        allergies: ['Penicillin', 'मूँगफली'],
        conditions: [],
        medications: ['Ibuprofen 400'],
      },
    ],
    [5, { bankName: 'State Bank', accountNumber: '0042', annualIncome: 1_250_000.5, taxId: 'ABCDE1234F' }],
    [6, { institution: 'IIT Gandhinagar', qualification: 'B.Tech.', yearOfCompletion: 2019 }],
    [7, { employer: 'Amul', position: 'Chemist', startDate: '2020-02-29' }],
    [7, {}],
  ])('keeps a record of category %i, and answers it', async (categoryId, data) => {
    const asha = await app().signUp();
    const before = Date.now();
    const answer = await asha.client.profile.records.set.mutate({ categoryId, data });
    expect(answer).toEqual({ categoryId, data, updatedAt: expect.any(String) });
    expect(Date.parse(answer.updatedAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(await asha.client.profile.records.get.query({ categoryId })).toEqual(answer);
  });

  it('writes the whole record in place of the one before, and leaves other categories', async () => {
    const asha = await app().signUp();
    const { get, set } = asha.client.profile.records;
    await set.mutate({ categoryId: 4, data: { bloodGroup: 'A+', allergies: ['Dust'] } });
    const degree = await set.mutate({ categoryId: 6, data: { qualification: 'M.Sc.' } });
    await set.mutate({ categoryId: 4, data: { conditions: ['Asthma'] } });
    expect((await get.query({ categoryId: 4 })).data).toEqual({ conditions: ['Asthma'] });
    expect(await get.query({ categoryId: 6 })).toEqual(degree);
  });

  it('removes the record with null, also where there is none', async () => {
    const asha = await app().signUp();
    const { get, set } = asha.client.profile.records;
    const none = { categoryId: 4, data: null, updatedAt: null };
    expect(await set.mutate({ categoryId: 4, data: null })).toEqual(none);
    await set.mutate({ categoryId: 4, data: { bloodGroup: 'O+' } });
    expect(await set.mutate({ categoryId: 4, data: null })).toEqual(none);
    expect(await get.query({ categoryId: 4 })).toEqual(none);
    expect(await app().sql('select from records where user_id = $1', [asha.user.id])).toEqual([]);
  });

  it('makes one key for a person, with their first record', async () => {
    const asha = await app().signUp();
    const keys = () =>
      app().sql('select id from truconn_keys.record_keys where user_id = $1', [asha.user.id]);
    await asha.client.profile.records.get.query({ categoryId: 4 });
    await asha.client.profile.records.set.mutate({ categoryId: 4, data: null });
    expect(await keys()).toEqual([]);
    for (const categoryId of [4, 5, 4])
      await asha.client.profile.records.set.mutate({ categoryId, data: {} });
    expect(await keys()).toHaveLength(1);
  });

  it('is sixty times a minute for one person, and nobody else waits for that', async () => {
    stopClock();
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    const set = (person: typeof asha) =>
      mutateAs(app(), person, 'profile.records.set', { categoryId: 4, data: {} });
    for (let index = 0; index < 60; index += 1) expect((await set(asha)).status).toBe(200);
    const refused = await set(asha);
    expect([refused.status, errorData(refused).code]).toEqual([429, 'RATE_LIMITED']);
    expect((await set(ravi)).status).toBe(200);
  });
});

describe('profile.records.get', () => {
  it('answers null where there is no record', async () => {
    const asha = await app().signUp();
    expect(await asha.client.profile.records.get.query({ categoryId: 4 })).toEqual({
      categoryId: 4,
      data: null,
      updatedAt: null,
    });
  });

  it('is the caller’s own, whatever they send', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await asha.client.profile.records.set.mutate({ categoryId: 4, data: { bloodGroup: 'A+' } });
    expect((await ravi.client.profile.records.get.query({ categoryId: 4 })).data).toBeNull();
    const userId = asha.user.id;
    const read = await queryAs(app(), ravi, 'profile.records.get', { categoryId: 4, userId });
    const written = await mutateAs(app(), ravi, 'profile.records.set', { categoryId: 4, data: {}, userId });
    for (const answer of [read, written]) {
      expect(errorData(answer)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: { userId: ['This field is not known here.'] },
      });
    }
    expect((await asha.client.profile.records.get.query({ categoryId: 4 })).data).toEqual({
      bloodGroup: 'A+',
    });
  });

  it('may not be stored on the way', async () => {
    const asha = await app().signUp();
    const { headers } = await queryAs(app(), asha, 'profile.records.get', { categoryId: 4 });
    expect(headers.get('cache-control')).toContain('no-store');
  });
});

describe.each(['get', 'set'] as const)('profile.records.%s', (name) => {
  const call = async (input: object) => {
    const asha = await app().signUp();
    const data = name === 'set' ? { data: {} } : {};
    const options = { method: name === 'get' ? 'GET' : 'POST', headers: bearer(asha) } as const;
    return app().call(`profile.records.${name}`, { ...options, input: { ...data, ...input } });
  };

  it('knows no category that there is not', async () => {
    const answer = await call({ categoryId: 4711 });
    expect([answer.status, errorData(answer).code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each([1, 2, 3])('says that the fields of category %i are kept in the profile', async (categoryId) => {
    const { code, fields } = errorData(await call({ categoryId }));
    expect({ code, fields }).toEqual({
      code: 'INVALID_INPUT',
      fields: { categoryId: [expect.stringContaining('kept in the profile')] },
    });
  });

  it.each([0, -1, 1.5, '4', 2_147_483_648, null, NOBODY])('refuses the category %j', async (categoryId) => {
    expect(errorData(await call({ categoryId }))).toMatchObject({
      code: 'INVALID_INPUT',
      fields: { categoryId: [expect.any(String)] },
    });
  });
});

describe('a record that breaks its category’s schema is refused, and the path is named', () => {
  const LONG = 'x'.repeat(201);

  it.each([
    [4, { bloodGroup: 'C' }, { 'data.bloodGroup': ['Must be one of A+, A-, B+, B-, AB+, AB-, O+, O-.'] }],
    [4, { bloodGroup: null }, { 'data.bloodGroup': ['Must be a text.', expect.any(String)] }],
    [4, { allergies: 'Dust' }, { 'data.allergies': ['Must be a list.'] }],
    [4, { allergies: [1] }, { 'data.allergies.0': ['Must be a text.'] }],
    [4, { allergies: ['Dust', ''] }, { 'data.allergies.1': ['This field may not be blank.'] }],
    [4, { allergies: [LONG] }, { 'data.allergies.0': ['At most 200 characters.'] }],
    [4, { allergies: Array(101).fill('a') }, { 'data.allergies': ['At most 100 items.'] }],
    [4, { 'a/b~c': 1 }, { 'data.a/b~c': ['This field is not known here.'] }],
    [4, { hasOwnProperty: 1 }, { 'data.hasOwnProperty': ['This field is not known here.'] }],
    [4, { [LONG]: 1 }, { [`data.${'x'.repeat(60)}…`]: ['This field is not known here.'] }],
    [5, { annualIncome: -1 }, { 'data.annualIncome': ['Must be 0 or more.'] }],
    [5, { annualIncome: 1e16 }, { 'data.annualIncome': ['Must be 1000000000000000 or less.'] }],
    [5, { annualIncome: '12' }, { 'data.annualIncome': ['Must be a number.'] }],
    [6, { yearOfCompletion: 2019.5 }, { 'data.yearOfCompletion': ['Must be a whole number.'] }],
    [7, { startDate: '2021-02-29' }, { 'data.startDate': ['Enter a day such as 2030-01-31.'] }],
    [
      7,
      { employer: 1, salary: 2, startDate: 'soon' },
      {
        'data.employer': ['Must be a text.'],
        'data.salary': ['This field is not known here.'],
        'data.startDate': ['Enter a day such as 2030-01-31.'],
      },
    ],
    [4, [], { data: ['Must be an object.'] }],
    [4, 'text', { data: ['Must be an object.'] }],
    [4, undefined, { data: ['This field is required.'] }],
  ])('%i %j', async (categoryId, data, fields) => {
    const asha = await app().signUp();
    const answer = await mutateAs(app(), asha, 'profile.records.set', { categoryId, data });
    expect(errorData(answer)).toMatchObject({ code: 'INVALID_INPUT', fields });
    expect(Object.keys(errorData(answer).fields ?? {}).sort()).toEqual(Object.keys(fields).sort());
    expect((await asha.client.profile.records.get.query({ categoryId })).data).toBeNull();
  });

  it('fifty of them at most', async () => {
    const asha = await app().signUp();
    const data = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`field${index}`, index]));
    const { fields = {} } = await errorOf(asha.client.profile.records.set.mutate({ categoryId: 4, data }));
    expect(Object.keys(fields)).toHaveLength(50);
  });

  it.each([
    ['{"categoryId":4,"data":{"allergies":["\\u0000"]}}', 'NUL'],
    ['{"categoryId":4,"data":{"allergies":["\\ud800"]}}', 'surrogate'],
    ['{"categoryId":4,"data":{"__proto__":{"x":1}}}', '__proto__'],
    ['{"categoryId":4,"data":{"bloodGroup":"A+","bloodGroup":"B+"}}', 'more than once'],
    [`{"categoryId":4,"data":{"a":${'['.repeat(40)}${']'.repeat(40)}}}`, 'deeper than 32'],
  ])('hostile JSON never gets there: %s', async (body, sentence) => {
    const asha = await app().signUp();
    const headers = { 'content-type': 'application/json', ...bearer(asha) };
    const answer = await fetch(`${app().url}/trpc/profile.records.set`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain(sentence);
  });
});

describe('the size of a record', () => {
  /** A valid record of so many bytes as JSON. */
  function recordOf(bytes: number) {
    const lists: Record<string, string[]> = { allergies: [], conditions: [], medications: [] };
    const names = Object.keys(lists);
    const size = () => Buffer.byteLength(JSON.stringify(lists));
    for (let index = 0; size() < bytes; index += 1) {
      const rest = bytes - size() - (lists[names[index % 3] as string]?.length ? 3 : 2);
      // Letters of three bytes, and of one for what is left.
      const [wide, narrow] = rest < 600 ? [Math.floor(rest / 3) - 1, (rest % 3) + 3] : [198, 0];
      lists[names[index % 3] as string]?.push(`${'अ'.repeat(wide)}${'a'.repeat(narrow)}`);
    }
    expect(size()).toBe(bytes);
    return lists;
  }

  test('may be the bound, in bytes of UTF-8', async () => {
    const asha = await app().signUp();
    const data = recordOf(RECORD_MAX_BYTES);
    await asha.client.profile.records.set.mutate({ categoryId: 4, data });
    expect((await asha.client.profile.records.get.query({ categoryId: 4 })).data).toEqual(data);
  });

  test.each([RECORD_MAX_BYTES + 1, 100_000])('%i bytes are refused, and the bound is said', async (bytes) => {
    const asha = await app().signUp();
    const answer = await mutateAs(app(), asha, 'profile.records.set', {
      categoryId: 4,
      data: recordOf(bytes),
    });
    expect([answer.status, errorData(answer).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(answer.body.error.message).toBe(
      `A record has at most 65536 bytes of JSON; this one has ${bytes}.`,
    );
  });
});

test('a schema that is edited holds from the next call on, one that is none lets nothing pass', async () => {
  const asha = await app().signUp();
  const [before] = await app().sql<{ schema: unknown }>(
    'select record_schema as schema from categories where id = 7',
  );
  const setSchema = (schema: unknown) =>
    app().sql('update categories set record_schema = $1 where id = 7', [JSON.stringify(schema)]);
  const set = (data: object) => mutateAs(app(), asha, 'profile.records.set', { categoryId: 7, data });
  try {
    const schema = {
      $id: 'work',
      type: 'object',
      properties: { shift: { type: ['integer', 'null'] } },
      required: ['shift'],
    };
    await setSchema(schema);
    expect(errorData(await set({})).fields).toEqual({ 'data.shift': ['This field is required.'] });
    expect((await set({ shift: null })).status).toBe(200);
    expect(errorData(await set({ shift: 'x' })).fields).toEqual({
      'data.shift': ['Must be a whole number, or null.'],
    });
    await setSchema({ ...schema, required: [] });
    expect((await set({})).status).toBe(200);
    await setSchema({ type: 'object', properties: { shift: { tpye: 'integer' } } });
    expect(errorData(await set({ shift: 1 }))).toMatchObject({ code: 'INTERNAL' });
  } finally {
    await setSchema(before?.schema);
  }
  expect((await set({ shift: 1 })).status).toBe(400);
});
