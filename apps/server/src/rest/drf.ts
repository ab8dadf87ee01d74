import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type RestWords, toRestError } from '../errors/rest-errors.ts';
import { errorHeaders, translateError } from '../errors/translate-error.ts';
import { logFailure } from '../http/error-handler.ts';
import type { RestRoute } from './route.ts';

/** The body of whatever is said in one sentence. */
export const detailAnswer = z.object({ detail: z.string() }).meta({ id: 'Detail' });

/** @throws TRPCError `NOT_FOUND`: what is not such a URL is none */
export function readParams(schema: z.ZodType | undefined, params: unknown): unknown {
  const read = schema?.safeParse(params);
  if (read?.success === false) throw new TRPCError({ code: 'NOT_FOUND' });
  return read?.data;
}

/** @throws InputError */
export function readInput(schema: z.ZodType | undefined, input: unknown): unknown {
  const read = schema?.safeParse(input);
  if (read?.success === false) throw new InputError(read.error, input);
  return read?.data;
}

/** @throws InputError */
export function refuseField(input: unknown, field: string, message: string): never {
  throw new InputError(new z.ZodRealError([{ code: 'custom', path: [field], message, input }]), input);
}

/** What zod found wrong in a request, before a procedure has seen it. */
class InputError extends TRPCError {
  readonly input: unknown;

  constructor(cause: z.ZodError, input: unknown) {
    super({ code: 'BAD_REQUEST', cause });
    this.input = input;
  }
}

/** Answers a refusal in the words of the route's document. */
export function answerRefusal(
  error: unknown,
  route: Pick<RestRoute, 'fieldNames' | 'sentences'>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // A procedure's own findings are about the input that the route made of the body.
  const translated = translateError(error, error instanceof InputError ? { value: error.input } : undefined);
  logFailure(request.log, error instanceof TRPCError ? (error.cause ?? error) : error, translated);
  const { status, body } = toRestError(translated, request.id, wordsOf(route, request.body));
  return reply.code(status).headers(errorHeaders(translated)).send(body);
}

/**
 * What a route says in its own words.
 * @param body as it was sent
 */
export function wordsOf(
  { fieldNames = {}, sentences = {} }: Pick<RestRoute, 'fieldNames' | 'sentences'>,
  body: unknown,
): RestWords {
  // Fields may be a client's, and every object has a `constructor`.
  const names = new Map(Object.entries(typeof fieldNames === 'function' ? fieldNames(body) : fieldNames));
  return { nameOf: (field) => names.get(field) ?? snakeCase(field), sentences };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
