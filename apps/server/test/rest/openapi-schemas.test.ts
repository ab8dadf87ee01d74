import { describe, expect, it } from 'vitest';
import { DOCUMENT, type MediaType, resolve } from '../support/openapi.ts';
import { mediaTypes, objectSchemas, schemas, walk } from './openapi-parts.ts';

describe('the document’s schemas', () => {
  it('say something, and a reference says nothing beside', () => {
    for (const [pointer, schema] of schemas()) {
      const says = ['type', 'enum', '$ref', 'anyOf'].filter((key) => key in schema);
      expect([pointer, says]).not.toEqual([pointer, []]);
      const bounds = [schema.minimum, schema.maximum];
      expect(bounds).not.toContain(Number.MIN_SAFE_INTEGER);
      expect(bounds).not.toContain(Number.MAX_SAFE_INTEGER);
      expect([pointer, 'format' in schema && 'pattern' in schema]).toEqual([pointer, false]);
      if ('$ref' in schema) expect([pointer, ...Object.keys(schema)]).toEqual([pointer, '$ref']);
    }
  });

  it('say which texts are passwords, e-mail addresses and UUIDs, and how long texts may be', () => {
    const formats = new Map<string, Set<unknown>>();
    for (const [pointer, schema] of schemas()) {
      const name = pointer.split('/').at(-1) ?? '';
      const [first = schema] = (schema.anyOf ?? []) as Record<string, unknown>[];
      if (pointer.includes('/properties/') && first.type === 'string') {
        formats.set(name, (formats.get(name) ?? new Set()).add(first.format));
      }
    }
    for (const [name, found] of formats) {
      if (/password/.test(name)) expect([name, [...found]]).toEqual([name, ['password']]);
    }
    expect([...(formats.get('uuid') ?? [])]).toEqual(['uuid']);
    expect([...(formats.get('email') ?? [])]).toEqual(['email']);
    // At a login either field takes either, or is left empty.
    for (const name of ['SignInByEmail', 'SignInByUsername']) {
      expect(DOCUMENT.components.schemas[name]).toMatchObject({
        properties: { email: { type: ['string', 'null'], maxLength: 320 } },
      });
    }
    expect(DOCUMENT.components.schemas.PasswordChange).toMatchObject({
      properties: { new_password: { type: 'string', format: 'password', minLength: 8, maxLength: 256 } },
      required: ['old_password', 'new_password'],
    });
  });

  it('say what may be empty or null, in any of the spellings that are taken', () => {
    expect(DOCUMENT.components.schemas.ProfileUpdate).toMatchObject({
      properties: {
        first_name: { type: ['string', 'null'], maxLength: 150 },
        language: { anyOf: [{ enum: ['en', 'hi', 'gu'] }, { enum: ['', null] }] },
        mobile: { anyOf: [{ type: ['string', 'integer'] }, { enum: ['', null] }] },
      },
    });
    const [body] = resolve<MediaType>(
      '#/paths/~1api~1users~1register~1/post/requestBody/content/application~1json',
    );
    const role = (body.schema as { properties: Record<string, unknown> }).properties.role;
    expect(role).toMatchObject({ anyOf: [{ enum: expect.arrayContaining(['PATIENT', 'patient']) }, {}] });
  });

  it('are closed in answers: what an answer holds is described', () => {
    const answers = mediaTypes().filter(([pointer]) => pointer.includes('/responses/'));
    for (const [pointer, { schema }] of answers) {
      for (const [at, part] of objectSchemas(schema, pointer)) {
        expect([at, part.additionalProperties]).not.toEqual([at, undefined]);
      }
    }
  });

  it('stand in one place each', () => {
    const seen = new Map<string, string>();
    for (const [pointer, schema] of schemas()) {
      if (schema.type !== 'object') continue;
      const text = JSON.stringify({ ...schema, description: undefined });
      // The two logins tell apart which field is missing.
      const twin = seen.get(text)?.replace('Username', 'Email');
      expect([pointer.replace('Username', 'Email'), twin ?? pointer]).toEqual([
        pointer.replace('Username', 'Email'),
        pointer.replace('Username', 'Email'),
      ]);
      seen.set(text, pointer);
    }
  });

  it('name nothing of the inside', () => {
    const names = new Set<string>();
    walk(DOCUMENT, '#', (value) => {
      for (const name of Object.keys((value.properties as object | undefined) ?? {})) names.add(name);
    });
    const inside = [
      'passwordRules',
      'password_rules',
      'number',
      'credentialEpoch',
      'passwordHash',
      'identifier',
    ];
    expect(inside.filter((name) => names.has(name))).toEqual([]);
    expect(JSON.stringify(DOCUMENT)).not.toMatch(
      /compat\.|orgAccess|signUp|signIn\b|ledger_|trpc|zod|[Kk]ysely|[Ll]ucia/,
    );
  });
});
