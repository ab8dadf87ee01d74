import { setTimeout as sleep } from 'node:timers/promises';
import { initTRPC, type TRPCRouterRecord } from '@trpc/server';
import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../src/domain/domain-error.ts';
import { formatTrpcError } from '../../src/trpc/error-formatter.ts';

const t = initTRPC
  .context<{ requestId: string; request: FastifyRequest }>()
  .create({ errorFormatter: formatTrpcError });

/** How often a procedure ran: what was refused before must not show here. */
export const ran = { count: 0, endedStreams: 0 };

const counted = t.procedure.use(({ next }) => {
  ran.count++;
  return next();
});

const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

const edge = {
  echo: counted.input(z.unknown()).query(({ input }) => ({ input })),
  write: counted.input(z.unknown()).mutation(({ input }) => ({ input })),
  touch: counted.mutation(() => ({ touched: true })),
  person: counted
    .input(
      z.strictObject({
        name: z.string().max(5),
        address: z.strictObject({ city: z.string() }).optional(),
        tags: z.array(z.string()).optional(),
      }),
    )
    .mutation(() => ({ ok: true })),
  fail: counted
    .input(z.strictObject({ code: errorCode, retryAfterSeconds: z.number().optional() }))
    .query(({ input: { code, retryAfterSeconds } }) => {
      throw new DomainError(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }),
  crash: counted.query(() => {
    throw Object.assign(new Error('the secret is 1234'), { detail: 'Key (email)=(a@b.c) exists.' });
  }),
  unreachable: counted.query(() => {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
  }),
  badOutput: counted.output(z.object({ id: z.string() })).query(() => ({ id: 1 }) as never),
  slow: counted.input(z.number()).query(async ({ input }) => {
    await sleep(input);
    return { slept: input };
  }),
  ticks: counted.input(z.object({ fail: z.boolean() })).subscription(async function* ({ input, signal }) {
    try {
      for (let tick = 1; !signal?.aborted; tick++) {
        yield { tick };
        if (input.fail) throw new DomainError('SESSION_EXPIRED');
        await sleep(20);
      }
    } finally {
      ran.endedStreams++;
    }
  }),
} satisfies TRPCRouterRecord;

export const testRouter = t.router({ edge });
