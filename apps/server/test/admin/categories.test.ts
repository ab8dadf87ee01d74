import type { CreateCategoryInput } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCategory, publish, textsOf, withdraw } from '../consent/notices-support.ts';
import { mutateAs, readConsent, useTestApp } from '../consent/support.ts';
import { auditOf } from '../org-access/members-support.ts';
import { bearer, endingOf, errorData, tally } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const app = useTestApp();
let twin: TestApp;
let admin: Person;
beforeAll(async () => {
  twin = await startTestApp({ database: app().database });
  admin = await app().signUpAdmin();
});
afterAll(() => twin[Symbol.asyncDispose]());

const categories = (person = admin) => person.client.admin.categories;
const PETS = { type: 'object', properties: { names: { type: 'string', maxLength: 100 } } } as const;

const valid = (input: object = {}): CreateCategoryInput => ({
  key: 'new-one',
  name: 'New one',
  description: 'Made by a test.',
  fields: ['mobile'],
  texts: textsOf('The first'),
  ...input,
});

/** A call is refused on exactly this field, and says why. */
async function expectBad(procedure: string, input: object, field: string) {
  const answer = await mutateAs(app(), admin, procedure, input);
  const { code, fields } = errorData(answer);
  expect([input, code, Object.keys(fields ?? {})]).toEqual([input, 'INVALID_INPUT', [field]]);
  expect(fields?.[field]?.[0]).toMatch(/[.!?]$/);
}

describe('admin.categories.create', () => {
  it('makes a category of the profile, which everybody sees and can grant at once, and is on the log', async () => {
    const asha = await app().signUp({ language: 'hi' });
    const input = valid({ key: 'reach', name: 'Reach', fields: ['email', 'mobile'], noticeGraceDays: 7 });
    const answer = await mutateAs(app(), admin, 'admin.categories.create', input);
    const { id } = answer.body.result.data;
    expect(answer.body.result.data).toEqual({
      id: 8,
      key: 'reach',
      name: 'Reach',
      description: 'Made by a test.',
      fields: ['email', 'mobile'],
      source: 'profile',
      recordSchema: null,
      noticeVersion: 1,
      noticeGraceDays: 7,
    });
    const { items } = await asha.client.consent.categories.query();
    expect(items.at(-1)).toMatchObject({
      id,
      source: 'profile',
      notice: { version: 1, text: input.texts.hi.text, changes: 'The first is new.' },
    });
    const consent = await asha.client.consent.grant.mutate({ categoryId: id });
    expect(consent).toMatchObject({ granted: true, releasedFields: ['email', 'mobile'] });
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'category.created',
        actor: admin.user.id,
        subject: admin.user.id,
        details: { categoryId: id, version: 1, key: 'reach', fields: ['email', 'mobile'] },
      },
    ]);
  });

  it('makes a category of records, whose fields are properties of their schema', async () => {
    const made = await newCategory(admin, { fields: ['names'], recordSchema: PETS });
    expect(made).toMatchObject({ source: 'record', recordSchema: PETS, fields: ['names'] });
    const asha = await app().signUp();
    const { items } = await asha.client.consent.categories.query({ limit: 100 });
    expect(items.find(({ id }) => id === made.id)).toMatchObject({ source: 'record', recordSchema: PETS });
  });

  it('at once on two instances gives each its own id; of one key there is one', async () => {
    // Two administrators: acts of one wait for each other.
    const second = await app().signUpAdmin();
    const other = twin.client(bearer(second.accessToken)).admin.categories;
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 === 0 ? categories() : other).create.mutate(valid({ key: `at-once-${index}` })),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(6);
    const same = [categories(), other, categories()].map(({ create }) =>
      create.mutate(valid({ key: 'same' })),
    );
    expect(await tally(same)).toEqual({ ok: 1, INVALID_INPUT: 2 });
  });

  it('refuses a key that is taken, and names it', async () => {
    const { code, fields } = await errorOf(categories().create.mutate(valid({ key: 'identity' })));
    expect([code, Object.keys(fields ?? {})]).toEqual(['INVALID_INPUT', ['key']]);
  });

  it.each([
    ['key', ['', 'a', 'Pets', '1st', '-a', 'a b', 'a'.repeat(51), 'ä1', null, 7]],
    ['name', ['', '  ', 'x'.repeat(101), 'a\u0000b', null]],
    ['description', ['', 'x'.repeat(1001), 7]],
    [
      'fields',
      [[], 'mobile', ['mobile', 'mobile'], ['password'], ['avatar'], ['constructor'], Array(51).fill('a')],
    ],
    ['noticeGraceDays', [-1, 1.5, 3651, '7']],
    ['texts', [null, 'Text']],
    ['id', [9]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      await expectBad('admin.categories.create', valid({ [field]: value }), field);
    }
  });

  it('refuses texts that leave a language out, or are none', async () => {
    const { en, hi, gu } = textsOf('It');
    const create = (texts: object) => ['admin.categories.create', valid({ texts })] as const;
    await expectBad(...create({ en, hi }), 'texts.gu');
    await expectBad(...create({ en, hi, gu, fr: en }), 'texts.fr');
    await expectBad(...create({ en: {}, hi, gu }), 'texts.en.text');
    for (const text of ['', '  ', 'x'.repeat(10_001), 'a\u0000b', 7]) {
      await expectBad(...create({ en, hi: { text }, gu }), 'texts.hi.text');
    }
    await expectBad(...create({ en, hi, gu: { ...gu, needsReview: 'yes' } }), 'texts.gu.needsReview');
  });

  it.each([
    ['no schema of an object', { type: 'string' }],
    ['without properties', { type: 'object' }],
    ['with a property that is none', { type: 'object', properties: { names: true } }],
  ])('refuses a record’s schema that is %s', async (_what, recordSchema) => {
    const answer = await mutateAs(app(), admin, 'admin.categories.create', valid({ recordSchema }));
    expect(errorData(answer).code).toBe('INVALID_INPUT');
    for (const field of Object.keys(errorData(answer).fields ?? {})) expect(field).toMatch(/^recordSchema/);
  });

  it.each([
    ['a kind that is none', { names: { type: 'text' } }],
    ['a word that means nothing', { names: { type: 'string', maxlength: 5 } }],
    ['a pattern that is none', { names: { type: 'string', pattern: '(' } }],
    ['a reference to elsewhere', { names: { $ref: 'https://example.com/schema.json' } }],
    ['a format that nobody knows', { names: { type: 'string', format: 'colour' } }],
  ])('refuses a record’s schema with %s', async (_what, properties) => {
    const recordSchema = { type: 'object', properties };
    await expectBad('admin.categories.create', valid({ fields: ['names'], recordSchema }), 'recordSchema');
  });

  it('refuses a schema that would answer later, is too large, or has not got a field', async () => {
    const bad = (recordSchema: object, field: string) =>
      expectBad('admin.categories.create', valid({ fields: ['names'], recordSchema }), field);
    await bad({ ...PETS, $async: true }, 'recordSchema');
    await bad({ ...PETS, description: 'ä'.repeat(16 * 1024) }, 'recordSchema');
    await bad({ ...PETS, properties: { ages: { type: 'string' } } }, 'fields');
  });
});

describe('admin.categories.update', () => {
  it('changes what is said, and leaves the rest', async () => {
    const made = await newCategory(admin);
    const input = { categoryId: made.id, name: 'Other', description: 'Otherwise.', noticeGraceDays: 3 };
    const answer = await mutateAs(app(), admin, 'admin.categories.update', input);
    const { categoryId: _, ...said } = input;
    expect(answer.body.result.data).toEqual({ ...made, ...said });
    expect(await readConsent(admin, made.id)).toMatchObject({ name: 'Other', description: 'Otherwise.' });
    expect(await auditOf(app(), answer)).toMatchObject([
      {
        action: 'category.updated',
        actor: admin.user.id,
        details: {
          categoryId: made.id,
          changed: ['name', 'description', 'noticeGraceDays'],
          before: { name: made.name, description: made.description, noticeGraceDays: null },
        },
      },
    ]);
    const unlimited = await categories().update.mutate({ categoryId: made.id, noticeGraceDays: null });
    expect(unlimited).toMatchObject({ name: 'Other', noticeGraceDays: null });
  });

  it('to what it is writes nothing', async () => {
    const { id: categoryId, name } = await newCategory(admin, { fields: ['names'], recordSchema: PETS });
    for (const input of [{}, { name }, { recordSchema: { ...PETS } }]) {
      const answer = await mutateAs(app(), admin, 'admin.categories.update', { categoryId, ...input });
      expect([answer.status, await auditOf(app(), answer)]).toEqual([200, []]);
    }
  });

  it('gives records another schema, with every field that a consent still releases', async () => {
    const properties = { names: { type: 'string' }, ages: { type: 'integer' } };
    const schema = { type: 'object' as const, properties };
    const { id: categoryId } = await newCategory(admin, { fields: ['names'], recordSchema: PETS });
    const wider = await categories().update.mutate({ categoryId, recordSchema: schema });
    expect(wider).toMatchObject({ recordSchema: schema, fields: ['names'] });
    await publish(admin, categoryId, { fields: ['ages'] });
    const narrower = { categoryId, recordSchema: { ...schema, properties: { ages: properties.ages } } };
    // Consents to the first version still release the names.
    await expectBad('admin.categories.update', narrower, 'recordSchema');
    await withdraw(admin, categoryId, 1);
    expect(await categories().update.mutate(narrower)).toMatchObject({ fields: ['ages'] });
    await expectBad(
      'admin.categories.update',
      { categoryId, recordSchema: { ...schema, properties: { ages: { type: 'age' } } } },
      'recordSchema',
    );
  });

  it('never turns a category of the profile into one of records', async () => {
    await expectBad('admin.categories.update', { categoryId: 1, recordSchema: PETS }, 'recordSchema');
  });

  it.each([
    ['categoryId', [undefined, null, 0, '1', 2_147_483_648]],
    ['name', ['', null, 'x'.repeat(101)]],
    ['noticeGraceDays', [-1, 3651]],
    ['fields', [['email']]],
    ['key', ['other']],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      await expectBad('admin.categories.update', { categoryId: 1, [field]: value }, field);
    }
  });

  it('finds no category that is not there', async () => {
    expect(await endingOf(categories().update.mutate({ categoryId: 999_999 }))).toBe('NOT_FOUND');
  });
});

describe('admin.categories.list', () => {
  it('shows how the categories are set up, page by page', async () => {
    const made = await newCategory(admin, { noticeGraceDays: 5 });
    const { items } = await categories().list.query({ limit: 100 });
    expect(items.slice(0, 7).map(({ id, noticeGraceDays }) => [id, noticeGraceDays])).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((id) => [id, null]),
    );
    expect(items.find(({ id }) => id === made.id)).toEqual(made);
    const { items: two, nextCursor } = await categories().list.query({ limit: 2 });
    const next = await categories().list.query({ limit: 2, cursor: nextCursor ?? '' });
    expect([...two, ...next.items].map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });
});
