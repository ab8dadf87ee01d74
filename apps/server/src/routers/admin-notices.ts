import type { TRPCRouterRecord } from '@trpc/server';
import {
  adminCategorySchema,
  createCategoryInputSchema,
  noticeListInputSchema,
  pageInputSchema,
  pageSchema,
  publishedNoticeSchema,
  publishNoticeInputSchema,
  reviewNoticeInputSchema,
  updateCategoryInputSchema,
  withdrawNoticeInputSchema,
} from '@truconn/contract';
import { createCategory, listCategorySetup, updateCategoryDetails } from '../domain/admin/categories.ts';
import { listNotices, publishNotice, reviewNotice, withdrawNotice } from '../domain/admin/notices.ts';
import { read, write } from '../trpc/context.ts';
import { adminProcedure } from '../trpc/procedures.ts';

export const categoriesRouter = {
  list: adminProcedure
    .input(pageInputSchema)
    .output(pageSchema(adminCategorySchema))
    .query(({ ctx, input }) => read(ctx, (db) => listCategorySetup(db, input))),

  create: adminProcedure
    .input(createCategoryInputSchema)
    .output(adminCategorySchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => createCategory(trx, ctx.caller, input))),

  update: adminProcedure
    .input(updateCategoryInputSchema)
    .output(adminCategorySchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => updateCategoryDetails(trx, ctx.caller, input))),
} satisfies TRPCRouterRecord;

export const noticesRouter = {
  list: adminProcedure
    .input(noticeListInputSchema)
    .output(pageSchema(publishedNoticeSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listNotices(db, input))),

  publish: adminProcedure
    .input(publishNoticeInputSchema)
    .output(publishedNoticeSchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => publishNotice(trx, ctx.caller, input))),

  withdraw: adminProcedure
    .input(withdrawNoticeInputSchema)
    .output(publishedNoticeSchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => withdrawNotice(trx, ctx.caller, input))),

  review: adminProcedure
    .input(reviewNoticeInputSchema)
    .output(publishedNoticeSchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => reviewNotice(trx, ctx.caller, input))),
} satisfies TRPCRouterRecord;
