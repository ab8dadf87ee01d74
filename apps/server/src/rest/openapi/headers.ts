import type { ZodOpenApiObject } from 'zod-openapi';

type Headers = NonNullable<NonNullable<ZodOpenApiObject['components']>['headers']>;

/** The headers that answers have beside their body. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'Names this request in the server’s log; quote it when you report a problem.',
    schema: { type: 'string', format: 'uuid' },
  },
  Link: {
    description:
      'Where there are more entries: the address of the next ones, as `<…>; rel="next"` (RFC 8288).',
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Whole seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': {
    description: 'How to sign in (RFC 9110 11.6.1).',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limits this was counted in: how many (`q`) in how many seconds (`w`).',
    schema: { type: 'string' },
  },
  RateLimit: {
    description:
      'How those limits stand: how many are left (`r`), and in how many seconds there are more (`t`).',
    schema: { type: 'string' },
  },
} satisfies Headers;

/** These headers by reference, and with them the one that every answer has. */
export function headerRefs(...names: (keyof typeof HEADERS)[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    (['X-Request-Id', ...names] as const).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}
