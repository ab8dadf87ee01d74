import { expect, test } from 'vitest';
import { newCategory } from '../consent/notices-support.ts';
import { mutateAs, useTestApp } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';

const app = useTestApp();

const STANDARD = 'https://json-schema.org/draft/2020-12/schema';
const schemaOf = (pattern: string) => ({
  type: 'object' as const,
  properties: { word: { type: 'string', pattern } },
});

// Refused, it took the standard's own schema away: until the next start no schema could be checked against it, so
// no record could be written.
test('a schema under the name of the standard is refused, and every other one still holds', async () => {
  const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
  for (const $id of [STANDARD, 'https://json-schema.org/draft/2020-12/meta/core']) {
    const recordSchema = { $id, ...schemaOf('^a$') };
    const refused = await errorOf(newCategory(admin, { fields: ['word'], recordSchema }));
    expect(Object.keys(refused.fields ?? {})).toEqual(['recordSchema']);
    expect((await mutateAs(app(), asha, 'profile.records.set', { categoryId: 4, data: {} })).status).toBe(
      200,
    );
    const { id } = await newCategory(admin, { fields: ['word'], recordSchema: schemaOf(`^${$id.length}$`) });
    const input = { categoryId: id, data: { word: `${$id.length}` } };
    expect((await mutateAs(app(), asha, 'profile.records.set', input)).status).toBe(200);
  }
});

test('a name inside one schema means nothing in another', async () => {
  const admin = await app().signUpAdmin();
  const $id = 'https://one.example/word';
  const one = { type: 'object' as const, properties: { word: { $id, type: 'string' } } };
  await newCategory(admin, { fields: ['word'], recordSchema: one });
  const other = { type: 'object' as const, properties: { word: { $ref: $id } } };
  const refused = await errorOf(newCategory(admin, { fields: ['word'], recordSchema: other }));
  expect(refused.fields?.recordSchema?.[0]).toContain('resolve');
});

// All other calls waited for it: 30 letters took a minute, and each one more took twice as long.
test('a pattern that goes back and forth is given up, and nobody else waits for it', async () => {
  const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
  const { id } = await newCategory(admin, { fields: ['word'], recordSchema: schemaOf('^(a+)+$') });
  const set = (word: string) =>
    mutateAs(app(), asha, 'profile.records.set', { categoryId: id, data: { word } });
  const begun = performance.now();
  expect(errorData(await set(`${'a'.repeat(200)}!`))).toMatchObject({
    code: 'INVALID_INPUT',
    fields: { data: [expect.stringContaining('too long')] },
  });
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect((await set('aaa')).status).toBe(200);
  expect(Object.keys(errorData(await set('b')).fields ?? {})).toEqual(['data.word']);
});
