import type { TRPCRouterRecord } from '@trpc/server';
import {
  apiKeyInputSchema,
  apiKeySchema,
  createApiKeyInputSchema,
  createdApiKeySchema,
  pageInputSchema,
  pageSchema,
} from '@truconn/contract';
import { createApiKey, listOwnApiKeys, revokeApiKey } from '../domain/org-access/api-keys.ts';
import { read } from '../trpc/context.ts';
import { ownerProcedure, verifiedOwnerProcedure } from '../trpc/procedures.ts';
import { writeMembers } from './write-in-turn.ts';

export const apiKeysRouter = {
  list: ownerProcedure
    .input(pageInputSchema)
    .output(pageSchema(apiKeySchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnApiKeys(db, ctx.caller, input))),

  create: verifiedOwnerProcedure
    .meta({ outcome: 'none' })
    .input(createApiKeyInputSchema)
    .output(createdApiKeySchema)
    .mutation(({ ctx, input }) => writeMembers(ctx, (trx) => createApiKey(trx, ctx.caller, input))),

  // Revoking only takes away: an owner without a verified address does it, too.
  revoke: ownerProcedure
    .input(apiKeyInputSchema)
    .output(apiKeySchema)
    .mutation(({ ctx, input }) => writeMembers(ctx, (trx) => revokeApiKey(trx, ctx.caller, input.keyId))),
} satisfies TRPCRouterRecord;
