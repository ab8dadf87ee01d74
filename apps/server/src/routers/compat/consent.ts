import type { TRPCRouterRecord } from '@trpc/server';
import {
  categoryIdSchema,
  categorySchema,
  consentChangeSchema,
  consentViewSchema,
  pageSchema,
} from '@truconn/contract';
import { z } from 'zod';
import {
  listAllCategories,
  listOwnConsents,
  listOwnHistoryOfKnown,
} from '../../domain/consent/list-consents.ts';
import { read } from '../../trpc/context.ts';
import { personProcedure } from '../../trpc/procedures.ts';
import { longPageSchema, longPageShape } from './long-page.ts';

export const compatConsent = {
  categories: personProcedure
    .input(longPageSchema)
    .output(pageSchema(z.intersection(categorySchema, z.object({ createdAt: z.string() }))))
    .query(({ ctx, input }) =>
      read(ctx, (db) => listAllCategories(db, ctx.caller.principal.user.language, input)),
    ),

  consents: personProcedure
    .input(longPageSchema)
    .output(pageSchema(consentViewSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnConsents(db, ctx.caller, input))),

  history: personProcedure
    .input(z.strictObject({ ...longPageShape, categoryId: categoryIdSchema.optional() }))
    .output(pageSchema(consentChangeSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnHistoryOfKnown(db, ctx.caller, input))),
} satisfies TRPCRouterRecord;
