import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { HTTP_LIMITS } from '../../http/limits.ts';
import { SYSTEMS } from '../register.ts';
import type { RestRoute } from '../route.ts';
import { headerRefs } from './headers.ts';

/** One route of the table as an OpenAPI operation. */
export function describeRoute(
  route: RestRoute,
  refusals: ZodOpenApiResponsesObject,
): ZodOpenApiOperationObject {
  const { summary, description, access, params, query } = route;
  return {
    operationId: operationIdOf(route),
    tags: SYSTEMS.filter(({ routes }) => routes.includes(route)).map(({ name }) => name),
    summary,
    ...(description !== undefined && { description }),
    // A credential that is there is looked at here too, but none has to be.
    ...(access === 'anybody' && { security: [] }),
    ...((params ?? query) !== undefined && {
      requestParams: {
        ...(params !== undefined && { path: objectOf(params) }),
        ...(query !== undefined && { query: objectOf(query) }),
      },
    }),
    ...describeBody(route),
    responses: { ...describeSuccess(route), ...refusals },
  };
}

/** @example operationIdOf({ method: 'POST', url: '/api/consents/:consent_id/toggle/' }) // 'postConsentsByConsentIdToggle' */
export function operationIdOf({ method, url }: Pick<RestRoute, 'method' | 'url'>): string {
  const words = url
    .replace(/^\/api\//, '')
    .replaceAll(':', 'by_')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join(
    '',
  );
}

/** A URL as OpenAPI writes it. */
export function pathOf({ url }: Pick<RestRoute, 'url'>): string {
  return url.replace(/:(\w+)/g, '{$1}');
}

function objectOf(schema: z.ZodType): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  throw new Error('parameters are described by an object schema');
}

function describeBody({ body, example, bodyLimit = HTTP_LIMITS.bodyBytes }: RestRoute) {
  if (body === undefined) return {};
  return {
    requestBody: {
      description: `At most ${bodyLimit / 1024 ** 2} MiB.`,
      required: !body.safeParse({}).success,
      content: { 'application/json': { schema: body, example: example.request } },
    },
  };
}

function describeSuccess(route: RestRoute): ZodOpenApiResponsesObject {
  const { status = 200, answer, example, errors = [], query } = route;
  return {
    [`${status}` as const]: {
      description: STATUS_CODES[status] ?? 'OK',
      headers: headerRefs(
        ...(errors.includes('RATE_LIMITED') ? (['RateLimit-Policy', 'RateLimit'] as const) : []),
        ...(query !== undefined && 'cursor' in objectOf(query).shape ? (['Link'] as const) : []),
      ),
      content: { 'application/json': { schema: answer, example: example.answer } },
    },
  };
}
