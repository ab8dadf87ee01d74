import type { TRPCRouterRecord } from '@trpc/server';
import {
  accessRequestSchema,
  decideInputSchema,
  noInputSchema,
  organizationSchema,
  pageSchema,
  requestAccessInputSchema,
  requestInputSchema,
  requestListInputSchema,
} from '@truconn/contract';
import { decideRequest, toggleRequest } from '../domain/org-access/decide-request.ts';
import { getOwnOrganization, listIncoming, listOutgoing } from '../domain/org-access/list-requests.ts';
import { requestAccess } from '../domain/org-access/request-access.ts';
import { read } from '../trpc/context.ts';
import { memberProcedure, personProcedure } from '../trpc/procedures.ts';
import { writeInTurn, writeOwn } from './write-in-turn.ts';

export const orgAccessRouter = {
  request: memberProcedure
    .input(requestAccessInputSchema)
    .output(accessRequestSchema)
    .mutation(({ ctx, input }) =>
      writeInTurn(ctx, { actorId: ctx.caller.organization.id, personId: input.userId }, (trx) =>
        requestAccess(trx, ctx.caller, input),
      ),
    ),

  incoming: personProcedure
    .input(requestListInputSchema)
    .output(pageSchema(accessRequestSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listIncoming(db, ctx.caller, input))),

  outgoing: memberProcedure
    .input(requestListInputSchema)
    .output(pageSchema(accessRequestSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOutgoing(db, ctx.caller, input))),

  decide: personProcedure
    .input(decideInputSchema)
    .output(accessRequestSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => decideRequest(trx, ctx.caller, input))),

  toggle: personProcedure
    .input(requestInputSchema)
    .output(accessRequestSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => toggleRequest(trx, ctx.caller, input.requestId))),

  organization: memberProcedure
    .input(noInputSchema)
    .output(organizationSchema)
    .query(({ ctx }) => read(ctx, (db) => getOwnOrganization(db, ctx.caller))),
} satisfies TRPCRouterRecord;
