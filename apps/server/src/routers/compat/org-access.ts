import type { TRPCRouterRecord } from '@trpc/server';
import {
  accessRequestSchema,
  categoryIdSchema,
  idSchema,
  MEMBERSHIPS,
  noInputSchema,
  organizationSchema,
  pageSchema,
  textSchema,
} from '@truconn/contract';
import { z } from 'zod';
import { toggleRequest } from '../../domain/org-access/decide-request.ts';
import { listIncoming, listOutgoing } from '../../domain/org-access/list-requests.ts';
import { getReachableOrganization } from '../../domain/org-access/organization.ts';
import { read } from '../../trpc/context.ts';
import { memberProcedure, personProcedure, verifiedMemberProcedure } from '../../trpc/procedures.ts';
import { requestInTurn, writeOwn } from '../write-in-turn.ts';
import { longPageSchema } from './long-page.ts';

const numberSchema = z.int().min(1).max(2_147_483_647);

const numberedShape = { number: z.int() };
const numberedRequestSchema = z.intersection(
  accessRequestSchema,
  z.object({
    ...numberedShape,
    organization: z.object(numberedShape),
    user: z.object(numberedShape),
    category: z.string(),
  }),
);

export const compatOrgAccess = {
  incoming: personProcedure
    .input(longPageSchema)
    .output(pageSchema(numberedRequestSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listIncoming(db, ctx.caller, input))),

  outgoing: memberProcedure
    .input(longPageSchema)
    .output(pageSchema(numberedRequestSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOutgoing(db, ctx.caller, input))),

  // The documents' clients give no purpose; tRPC requires one.
  requestAccess: verifiedMemberProcedure
    .input(
      z.strictObject({
        userId: idSchema,
        categoryId: categoryIdSchema,
        purpose: textSchema(1000).nullable(),
      }),
    )
    .output(numberedRequestSchema)
    .mutation(({ ctx, input }) => requestInTurn(ctx, input)),

  toggleRequest: personProcedure
    .input(z.strictObject({ number: numberSchema }))
    .output(numberedRequestSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => toggleRequest(trx, ctx.caller, input))),

  organization: memberProcedure
    .input(noInputSchema)
    .output(
      z.intersection(
        organizationSchema,
        z.object({ ...numberedShape, email: z.string().nullable(), membership: z.enum(MEMBERSHIPS) }),
      ),
    )
    .query(({ ctx }) => read(ctx, (db) => getReachableOrganization(db, ctx.caller))),
} satisfies TRPCRouterRecord;
