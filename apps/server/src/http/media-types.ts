import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';
import { ROOT_FIELD } from '../errors/root-field.ts';
import { decodeUtf8, parseGuardedJson } from './json-guard.ts';
import { isSafeMethod } from './methods.ts';

const JSON_TYPE = /^\s*application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

/**
 * JSON is the one media type that is read: every other content type, a body without one and
 * compressed bodies are `UNSUPPORTED_MEDIA_TYPE`, so that no form of another site is understood.
 * Bodies are parsed by `parseGuardedJson`; an empty one is `{}`.
 */
export const mediaTypes = fp(async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // `parseAs: 'buffer'` hands a Buffer; the type covers both kinds.
      done(null, body.length === 0 ? {} : parseGuardedJson(decodeUtf8(body as Buffer)));
    } catch (error) {
      done(toParseError(error));
    }
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const refused = !isSafeMethod(request.method) && !request.is404 && !isReadable(request);
    done(refused ? new DomainError('UNSUPPORTED_MEDIA_TYPE') : undefined);
  });
});

// What is wrong with the text as a whole, in the words of the REST documents' framework.
function toParseError(error: unknown): Error {
  const [sentence] = (error instanceof DomainError && error.fields?.[ROOT_FIELD]) || [];
  if (sentence === undefined) return error as Error;
  return new DomainError('INVALID_INPUT', { message: `JSON parse error - ${sentence}` });
}

function isReadable({ headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return false;
  const type = headers['content-type'];
  return type === undefined ? !hasBody(headers) : JSON_TYPE.test(type);
}

/** True when a request announces a body. */
export function hasBody(headers: FastifyRequest['headers']): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
