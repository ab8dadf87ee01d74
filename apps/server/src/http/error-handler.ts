import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { errorAnswer, isTrpcUrl } from '../errors/error-bodies.ts';
import { errorHeaders, type TranslatedError, translateError } from '../errors/translate-error.ts';

/** Answers with the translation of `error`, in the shape of the face that was asked. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const translated = translateError(error);
  logFailure(request.log, error, translated);
  const { status, body } = errorAnswer(translated, request.id, faceUrl(request));
  return reply.code(status).headers(errorHeaders(translated)).send(body);
}

/** Logs what the caller is not told: the real error behind `INTERNAL` and `UNAVAILABLE`. */
export function logFailure(log: FastifyBaseLogger, error: unknown, translated: TranslatedError): void {
  if (translated.code === 'INTERNAL') log.error({ err: error }, 'request failed');
  if (translated.code === 'UNAVAILABLE') log.warn({ err: error }, 'a dependency is unavailable');
}

// The matched route knows better than the raw URL, which may spell /trpc with escapes.
function faceUrl(request: FastifyRequest): string {
  const route = request.routeOptions.url;
  return route !== undefined && isTrpcUrl(route) ? route : (request.raw.url ?? '');
}

export const errorHandler = fp(async (app) => {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
});
