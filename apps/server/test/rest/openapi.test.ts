import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/rest/openapi/document.ts';
import { pathOf } from '../../src/rest/openapi/operation.ts';
import { refusalsInOne } from '../../src/rest/openapi/refusals.ts';
import { ROUTES, SYSTEMS } from '../../src/rest/register.ts';
import { DOCUMENT, type DocumentedAnswer, pointerOf, resolve, validatorAt } from '../support/openapi.ts';
import { mediaTypes, nameOf, OPERATIONS } from './openapi-parts.ts';

describe('the OpenAPI document', () => {
  it('is valid under the strictest rules that Redocly recommends', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: {
        // The documented URLs end in slashes.
        'no-path-trailing-slash': 'off',
        // It takes /api/consents/{consent_id}/toggle/ and /api/consents/history/{consent_id}/ for one, because it
        // does not look at the parameter's schema; the next test does.
        'no-ambiguous-paths': 'off',
      },
    });
    const source = JSON.stringify(DOCUMENT);
    const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  it.each(OPERATIONS)('%s has a URL that is no other operation’s', (_name, { method, path }) => {
    const url = path.replace(/\{\w+\}/g, '7');
    expect(pointerOf(method, url)).toBe(`#/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`);
    expect(pointerOf(method, url.replace(/\/$/, ''))).toBe(pointerOf(method, url));
  });

  it('describes every route of the table in its words, and nothing else', () => {
    for (const { method, summary, description, ...route } of ROUTES) {
      const operation = DOCUMENT.paths[pathOf(route)]?.[method.toLowerCase()];
      expect([operation?.summary, operation?.description]).toEqual([summary, description]);
    }
    const routes = ROUTES.map((route) => nameOf({ method: route.method, path: pathOf(route) }));
    expect(OPERATIONS.map(([name]) => name).sort()).toEqual(routes.sort());
  });

  it('names each operation once, by its method and URL', () => {
    const ids = OPERATIONS.map(([, { operation }]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(?:get|post|put|patch)(?:[A-Z][a-z]+)+$/);
    expect(ids).toEqual(
      expect.arrayContaining(['postAuthLogin', 'postConsentsByConsentIdToggle', 'postUserApiTokenRefresh']),
    );
  });

  it('has a tag for each document, and each route has those of all documents that describe it', () => {
    expect(openApiDocument('http://localhost').tags).toEqual(
      SYSTEMS.map(({ name, title, description }) => ({ name, description: `**${title}.** ${description}` })),
    );
    expect(DOCUMENT.paths['/api/auth/login/']?.post?.tags).toEqual([
      'truconn',
      'session-auth',
      'officer-jwt',
    ]);
    expect(DOCUMENT.paths['/api/auth/profile/']?.patch?.tags).toEqual(['officer-jwt']);
  });

  it('says which bodies have to come, and how large they may be', () => {
    expect(DOCUMENT.paths['/api/auth/login/']?.post?.requestBody).toMatchObject({
      required: true,
      description: 'At most 1 MiB.',
    });
    expect(DOCUMENT.paths['/api/auth/profile/']?.patch?.requestBody).toMatchObject({
      required: false,
      description: 'At most 3 MiB.',
    });
    expect(DOCUMENT.paths['/api/auth/logout/']?.post?.requestBody).toBeUndefined();
  });

  it('says which answers tell of limits and of a next page', () => {
    const headersOf = (method: string, url: string) =>
      Object.keys(resolve<DocumentedAnswer>(`${pointerOf(method, url)}/responses/200`)[0].headers);
    expect(headersOf('POST', '/api/auth/login/')).toEqual(['X-Request-Id', 'RateLimit-Policy', 'RateLimit']);
    expect(headersOf('GET', '/api/consents/')).toEqual(['X-Request-Id', 'Link']);
    expect(headersOf('GET', '/api/auth/profile/')).toEqual(['X-Request-Id']);
  });

  it('has examples everywhere, and they fit their schemas', () => {
    for (const [pointer, { example, examples = { only: { summary: '', value: example } } }] of mediaTypes()) {
      const validate = validatorAt(`${pointer}/schema`);
      expect(Object.keys(examples)).not.toEqual([]);
      for (const { value } of Object.values(examples)) {
        validate(value);
        expect([pointer, value, validate.errors]).toEqual([pointer, value, null]);
      }
    }
  });
});

describe('the document’s refusals', () => {
  const statusesOf = (method: string, url: string) =>
    Object.keys(resolve<{ responses: object }>(pointerOf(method, url) ?? '')[0].responses);

  it.each([
    ['GET', '/api/auth/csrf/', ['200', '400', '500', '503']],
    ['GET', '/api/auth/profile/', ['200', '400', '401', '403', '500', '503']],
    ['GET', '/api/consents/history/7/', ['200', '400', '401', '403', '404', '500', '503']],
    ['GET', '/api/organization/detail/', ['200', '400', '401', '403', '500', '503']],
    ['POST', '/api/auth/login/', ['200', '400', '401', '403', '413', '415', '429', '500', '503']],
    ['POST', '/api/register/', ['201', '400', '403', '413', '415', '429', '500', '503']],
    ['POST', '/api/consents/7/toggle/', ['200', '400', '401', '403', '404', '413', '415', '500', '503']],
  ])('%s %s can answer %s %j', (method, url, statuses) => {
    expect(statusesOf(method, url)).toEqual(statuses);
  });

  it.each(OPERATIONS)(
    '%s tells with each answer its request’s id, and with some when to come again',
    (_name, one) => {
      const pointer = pointerOf(one.method, one.path.replace(/\{\w+\}/g, '7'));
      for (const status of Object.keys(one.operation.responses)) {
        const [answer] = resolve<DocumentedAnswer>(`${pointer}/responses/${status}`);
        const headers = Object.keys(answer.headers);
        expect(headers).toContain('X-Request-Id');
        expect(headers.includes('Retry-After')).toBe(['429', '503'].includes(status));
        expect(headers.includes('WWW-Authenticate')).toBe(status === '401');
      }
    },
  );

  it('hold a URL that is none, whatever else a route says of itself', () => {
    for (const route of ROUTES) {
      const statuses = Object.keys(refusalsInOne()({ ...route, errors: [] }));
      expect(statuses.includes('404')).toBe(route.params !== undefined);
    }
  });

  it('are written down once where routes share them', () => {
    expect(Object.keys(DOCUMENT.components.responses).sort()).toEqual([
      'Forbidden',
      'ForbiddenOrEmailNotVerifiedOrOriginRefused',
      'ForbiddenOrOriginRefused',
      'HostRefused',
      'Internal',
      'InvalidCredentials',
      'MalformedJsonOrHostileJsonOrHostRefused',
      'NotFound',
      'OriginRefused',
      'OverloadedOrUnavailable',
      'PayloadTooLarge',
      'RateLimited',
      'UnauthenticatedOrSessionExpired',
      'UnsupportedMediaType',
    ]);
  });

  it('show a route’s own fields, sentences and shapes', () => {
    const example = (method: string, url: string, status: number, name: string) => {
      const [answer] = resolve<DocumentedAnswer>(`${pointerOf(method, url)}/responses/${status}`);
      return answer.content['application/json'].examples?.[name]?.value;
    };
    expect(example('POST', '/api/auth/login/', 400, 'INVALID_INPUT')).toEqual({
      email: ['This field is required.'],
      password: ['This field is required.'],
    });
    expect(example('POST', '/api/auth/login/', 400, 'MALFORMED_JSON')).toEqual({
      detail: 'JSON parse error - The text is not valid JSON (position 17).',
    });
    expect(example('PUT', '/api/auth/profile/', 400, 'INVALID_INPUT')).toEqual({
      language: ['Must be one of en, hi, gu.'],
      mobile: ['Enter a phone number such as +91 98765 43210.'],
    });
    expect(example('POST', '/api/organization/consent/7/7/request/', 400, 'INVALID_INPUT')).toEqual({
      purpose: ['Must be a text.'],
    });
    expect(example('POST', '/api/auth/logout/', 400, 'HOSTILE_JSON')).toEqual({
      email: ['This key comes more than once.'],
    });
    expect(example('GET', '/api/consents/', 400, 'INVALID_INPUT')).toEqual({
      limit: ['Enter a number from 1 to 1000.'],
    });
    expect(example('POST', '/api/organization/consent/7/7/request/', 400, 'CONSENT_NOT_GRANTED')).toEqual({
      error: 'User has not granted this consent.',
    });
    expect(example('POST', '/api/token/refresh/', 401, 'SESSION_EXPIRED')).toEqual({
      detail: 'Token is invalid or expired; sign in again.',
    });
  });
});
