import type { TRPCRouterRecord } from '@trpc/server';
import {
  accessRequestSchema,
  decideInputSchema,
  issuedReceiptSchema,
  noInputSchema,
  organizationEventSchema,
  organizationSchema,
  pageSchema,
  readItemsSchema,
  readManyInputSchema,
  releaseSchema,
  requestAccessInputSchema,
  requestInputSchema,
  requestItemsSchema,
  requestListInputSchema,
  requestManyInputSchema,
  requestReceiptInputSchema,
  watchInputSchema,
} from '@truconn/contract';
import { decideRequest, toggleRequest } from '../domain/org-access/decide-request.ts';
import { listIncoming, listOutgoing } from '../domain/org-access/list-requests.ts';
import { getOwnOrganization } from '../domain/org-access/organization.ts';
import { watchOwnOrganization } from '../domain/org-access/watch-events.ts';
import { issueRequestReceipt } from '../domain/receipts/request-receipt.ts';
import { read } from '../trpc/context.ts';
import {
  organizationProcedure,
  personOrKeyProcedure,
  personProcedure,
  verifiedOrganizationProcedure,
} from '../trpc/procedures.ts';
import { watchSchema } from '../trpc/watch-output.ts';
import { apiKeysRouter } from './api-keys.ts';
import { membersRouter } from './members.ts';
import { readInTurn, readManyInTurn, requestInTurn, requestManyInTurn, writeOwn } from './write-in-turn.ts';

export const orgAccessRouter = {
  request: verifiedOrganizationProcedure('request')
    .input(requestAccessInputSchema)
    .output(accessRequestSchema)
    .mutation(({ ctx, input }) => requestInTurn(ctx, input)),

  // A repeated call asks again whom it could not ask for want of room.
  requestMany: verifiedOrganizationProcedure('request')
    .meta({ outcome: 'without data' })
    .input(requestManyInputSchema)
    .output(requestItemsSchema)
    .mutation(({ ctx, input }) => requestManyInTurn(ctx, input)),

  read: organizationProcedure('read')
    .meta({ outcome: 'without data' })
    .input(requestInputSchema)
    .output(releaseSchema)
    .mutation(({ ctx, input }) => readInTurn(ctx, input.requestId)),

  readMany: organizationProcedure('read')
    .meta({ outcome: 'without data' })
    .input(readManyInputSchema)
    .output(readItemsSchema)
    .mutation(({ ctx, input }) => readManyInTurn(ctx, input)),

  incoming: personProcedure
    .input(requestListInputSchema)
    .output(pageSchema(accessRequestSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listIncoming(db, ctx.caller, input))),

  outgoing: organizationProcedure('list')
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

  receipt: personOrKeyProcedure('list')
    .input(requestReceiptInputSchema)
    .output(issuedReceiptSchema)
    .query(({ ctx, input }) => issueRequestReceipt(ctx.services, ctx.caller, input)),

  organization: organizationProcedure('list')
    .input(noInputSchema)
    .output(organizationSchema)
    .query(({ ctx }) => read(ctx, (db) => getOwnOrganization(db, ctx.caller))),

  watch: organizationProcedure('list')
    .input(watchInputSchema)
    .output(watchSchema(organizationEventSchema))
    .subscription(({ ctx, input }) => watchOwnOrganization(ctx.services, ctx.caller, input)),

  members: membersRouter,

  keys: apiKeysRouter,
} satisfies TRPCRouterRecord;
