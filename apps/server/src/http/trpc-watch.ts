import { type AnyTRPCRouter, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, invalidField } from '../domain/domain-error.ts';
import { ROOT_FIELD } from '../errors/root-field.ts';
import { callProcedure, procedureAt } from '../trpc/call-procedure.ts';
import { rememberRequestId } from '../trpc/error-formatter.ts';
import { TrackedWatch } from '../trpc/watch-output.ts';
import { type StreamTimes, sendEvents } from './event-stream.ts';
import type { TrpcCalls } from './trpc-guard.ts';
import { type PlainAnswer, type PlainCall, readInputs, runPlainCalls } from './trpc-plain-calls.ts';

/**
 * The subscription that a request asks for, with its input; undefined for all other requests.
 * @throws DomainError `INVALID_INPUT` for one in a batch
 */
export function findWatch(
  router: AnyTRPCRouter,
  request: FastifyRequest,
  { paths, isBatch }: TrpcCalls,
): PlainCall | undefined {
  const isWatch = (path: string) => procedureAt(router, path)?._def.type === 'subscription';
  if (isBatch && paths.some(isWatch)) {
    throw invalidField(
      ROOT_FIELD,
      'A stream of events is asked for alone: send it with httpSubscriptionLink.',
    );
  }
  const [path = ''] = paths;
  const procedure = procedureAt(router, path);
  // HEAD is answered by tRPC, without a stream.
  if (procedure === undefined || !isWatch(path) || request.method === 'HEAD') return undefined;
  return { path, procedure, input: resumed(readInputs(request, false)?.[0], request) };
}

// A browser's EventSource that connects again has the URL of the first time, and says in the header how far it
// has come since: so the header wins.
function resumed(input: unknown, { headers }: FastifyRequest): unknown {
  const lastEventId = headers['last-event-id'];
  if (lastEventId === undefined || lastEventId === '') return input;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  // Anything else is refused as it is.
  return isObject || input === undefined ? { ...input, lastEventId } : input;
}

export interface WatchOptions {
  router: AnyTRPCRouter;
  ctx: object;
  requestId: string;
  onError: (error: TRPCError) => void;
  times: Partial<StreamTimes> | undefined;
}

/**
 * Begins a stream of events. What refuses it, refuses it with its status and not on the stream.
 * @returns the answer to a refusal; undefined when the stream has begun
 */
export async function answerWatch(
  call: PlainCall,
  reply: FastifyReply,
  { ctx, times, ...failing }: WatchOptions,
): Promise<PlainAnswer | undefined> {
  const { router, onError } = failing;
  let events: AsyncIterable<unknown> | undefined;
  const begin = async (...[procedure, options]: Parameters<typeof callProcedure>) => {
    // tRPC lets a subscription be nothing but this.
    events = (await callProcedure(procedure, options)) as AsyncIterable<unknown>;
  };
  const answer = await runPlainCalls([call], { router, ctx, call: begin, isBatch: false, onError });
  if (events === undefined) return answer;
  sendEvents(reply, {
    events,
    ...(events instanceof TrackedWatch ? placeOf(events) : {}),
    describeError: errorDescriber(call.path, failing),
    ...(times === undefined ? {} : { times }),
  });
  return undefined;
}

function placeOf(watch: TrackedWatch<unknown>) {
  return { after: watch.after, onEnd: (listener: () => void) => watch.onEnd(listener) };
}

// It lives as long as the stream, and so does what it knows: not the context, which holds the person and more.
function errorDescriber(path: string, { router, requestId, onError }: Omit<WatchOptions, 'ctx' | 'times'>) {
  const config = router._def._config;
  return (cause: unknown): object => {
    const error = getTRPCErrorFromUnknown(cause);
    rememberRequestId(error, requestId);
    // What ends a stream by our rules is no failure; a stop of the server would log one for each.
    if (!(cause instanceof DomainError)) onError(error);
    return getTRPCErrorShape({ config, error, type: 'subscription', path, input: undefined, ctx: undefined });
  };
}
