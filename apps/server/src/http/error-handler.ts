import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';
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
  app.setErrorHandler((error, request, reply) => answerError(withBound(error, request), request, reply));
});

// Fastify's refusal leaves out how large a body the route takes.
function withBound(error: unknown, { routeOptions }: FastifyRequest): unknown {
  const tooLarge = error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  if (!tooLarge) return error;
  const message = `The request body is too large: here it has at most ${routeOptions.bodyLimit} bytes.`;
  return new DomainError('PAYLOAD_TOO_LARGE', { message, cause: error });
}
