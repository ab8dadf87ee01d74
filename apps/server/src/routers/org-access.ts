import type { TRPCRouterRecord } from '@trpc/server';
import {
  accessRequestSchema,
  decideInputSchema,
  noInputSchema,
  organizationEventSchema,
  organizationSchema,
  pageSchema,
  requestAccessInputSchema,
  requestInputSchema,
  requestListInputSchema,
  watchInputSchema,
} from '@truconn/contract';
import { decideRequest, toggleRequest } from '../domain/org-access/decide-request.ts';
import { listIncoming, listOutgoing } from '../domain/org-access/list-requests.ts';
import { getOwnOrganization } from '../domain/org-access/organization.ts';
import { watchOwnOrganization } from '../domain/org-access/watch-events.ts';
import { read } from '../trpc/context.ts';
import { memberProcedure, personProcedure, verifiedMemberProcedure } from '../trpc/procedures.ts';
import { watchSchema } from '../trpc/watch-output.ts';
import { membersRouter } from './members.ts';
import { requestInTurn, writeOwn } from './write-in-turn.ts';

export const orgAccessRouter = {
  request: verifiedMemberProcedure
    .input(requestAccessInputSchema)
    .output(accessRequestSchema)
    .mutation(({ ctx, input }) => requestInTurn(ctx, input)),

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
    .mutation(({ ctx, input }) =>
      writeOwn(ctx, (trx) => toggleRequest(trx, ctx.caller, { id: input.requestId })),
    ),

  organization: memberProcedure
    .input(noInputSchema)
    .output(organizationSchema)
    .query(({ ctx }) => read(ctx, (db) => getOwnOrganization(db, ctx.caller))),

  watch: memberProcedure
    .input(watchInputSchema)
    .output(watchSchema(organizationEventSchema))
    .subscription(({ ctx, input }) => watchOwnOrganization(ctx.services, ctx.caller, input)),

  members: membersRouter,
} satisfies TRPCRouterRecord;
