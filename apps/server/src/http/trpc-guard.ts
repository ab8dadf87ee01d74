import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { DomainError, invalidField } from '../domain/domain-error.ts';
import { ROOT_FIELD } from '../errors/root-field.ts';
import { decodeUtf8, parseGuardedJson } from './json-guard.ts';
import { MAX_BATCH_CALLS } from './limits.ts';
import { hasBody } from './media-types.ts';
import { queryOf } from './url.ts';

/**
 * What must hold before tRPC sees a request, for the scope it is registered in: JSON bodies and
 * `input` URLs pass `parseGuardedJson`, no other body is read, and a batch has at most ten calls and no
 * `Idempotency-Key`.
 * Bodies stay text, which is what tRPC's adapter takes.
 */
export const trpcGuard = fp(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // `parseAs: 'buffer'` hands a Buffer; the type covers both kinds.
      const text = decodeUtf8(body as Buffer);
      if (text !== '') parseGuardedJson(text);
      done(null, text);
    } catch (error) {
      done(error as Error);
    }
  });
  scope.addHook('onRequest', (request, _reply, done) => {
    try {
      guardUrl(request.raw.url, procedurePath(request));
      refuseEncodedPath(procedurePath(request));
      refuseStreamedMutations(request);
      refuseBatchedKey(request);
      acceptEmptyBody(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
});

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The one procedure that a route is for. */
    procedure?: string;
  }
}

/** What a request calls: one procedure, or several with commas between them. */
export function procedurePath(request: FastifyRequest): string {
  // One route declares `:path`; the routes for one procedure have no parameters.
  return request.routeOptions.config.procedure ?? (request.params as { path?: string }).path ?? '';
}

/** The procedures that a request calls. */
export interface TrpcCalls {
  paths: string[];
  /** True also for a batch of one, whose answer is a list. */
  isBatch: boolean;
}

/** The calls of a request that has passed the guard. */
export function callsOf(url: string | undefined, path: string): TrpcCalls {
  const batch = isBatch(new URLSearchParams(queryOf(url)));
  return { paths: batch ? path.split(',') : [path], isBatch: batch };
}

/**
 * Checks the batch's size and the `input` of a URL.
 * @throws DomainError `BATCH_TOO_LARGE`, `INVALID_INPUT`
 */
export function guardUrl(url: string | undefined, path: string): void {
  const query = queryOf(url);
  if (query === '') return;
  const params = new URLSearchParams(strict(query));
  if (isBatch(params) && decoded(path).split(',').length > MAX_BATCH_CALLS) {
    throw new DomainError('BATCH_TOO_LARGE');
  }
  // tRPC would take it for headers; credentials never travel in a URL.
  if (params.has('connectionParams')) throw invalidField('connectionParams', 'This is not accepted here.');
  const inputs = params.getAll('input');
  if (inputs.length > 1) throw invalidField(ROOT_FIELD, 'The URL holds more than one input.');
  if (inputs[0]) parseGuardedJson(inputs[0]);
}

/** Whether the answers of a batch are wanted one by one, as they come. */
export function wantsStream(headers: FastifyRequest['headers']): boolean {
  return headers['trpc-accept'] !== undefined || headers.accept?.includes('application/jsonl') === true;
}

// A streamed answer has sent its status and headers before the calls have run: a sign-in could neither
// set its cookie nor say 401.
function refuseStreamedMutations({ method, raw, headers }: FastifyRequest): void {
  if (method !== 'POST' || !wantsStream(headers)) return;
  if (!isBatch(new URLSearchParams(queryOf(raw.url)))) return;
  throw invalidField('trpc-accept', 'Mutations are not streamed: send them with httpBatchLink.');
}

// One key cannot name several calls, and who sent it must not believe that they are guarded by it.
function refuseBatchedKey({ method, raw, headers }: FastifyRequest): void {
  if (method !== 'POST' || headers['idempotency-key'] === undefined) return;
  if (!isBatch(new URLSearchParams(queryOf(raw.url)))) return;
  throw invalidField('Idempotency-Key', 'A key is for one mutation: send it unbatched, with httpLink.');
}

function isBatch(params: URLSearchParams): boolean {
  return params.get('batch') === '1';
}

// URLSearchParams, which tRPC uses, mends what is broken; here it is refused.
function strict(query: string): string {
  try {
    if (!decodeURIComponent(query).includes('\0')) return query;
  } catch {
    // Refused below, with the rest.
  }
  throw invalidField(ROOT_FIELD, 'The URL is not valid percent-encoded UTF-8, or holds a NUL.');
}

// tRPC decodes the path once more than Fastify: what is one name here would be another there, past everything that
// goes by the name. No client of tRPC writes one like that.
function refuseEncodedPath(path: string): void {
  if (path.includes('%')) throw invalidField(ROOT_FIELD, 'The path is percent-encoded twice.');
}

// A batch is too large however its commas are written.
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// A mutation without input needs no body; tRPC asks for the header nevertheless.
function acceptEmptyBody({ method, headers }: FastifyRequest): void {
  if (method === 'POST' && headers['content-type'] === undefined && !hasBody(headers)) {
    headers['content-type'] = 'application/json';
  }
}
