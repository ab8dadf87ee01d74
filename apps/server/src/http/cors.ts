import fastifyCors from '@fastify/cors';
import fp from 'fastify-plugin';

const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'trpc-accept',
  'x-csrftoken',
];
const EXPOSED_HEADERS = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'link',
  'last-event-id',
];

/** CORS for an exact list of origins, credentials included; any other origin gets no CORS header. */
export const cors = fp<{ origins: readonly string[] }>(async (app, { origins }) => {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  await app.register(fastifyCors, {
    origin: (origin, callback) => callback(null, origin !== undefined && allowed.has(origin)),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
    // Its refusal is text/plain; without it such a request is answered like any OPTIONS.
    strictPreflight: false,
  });
});
