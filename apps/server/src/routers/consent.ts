import type { TRPCRouterRecord } from '@trpc/server';
import {
  categoryInputSchema,
  categorySchema,
  consentChangeSchema,
  consentReceiptInputSchema,
  consentViewSchema,
  grantInputSchema,
  historyInputSchema,
  issuedReceiptSchema,
  ledgerEntrySchema,
  pageInputSchema,
  pageSchema,
  watchInputSchema,
} from '@truconn/contract';
import { grantConsent, revokeConsent, toggleConsent } from '../domain/consent/change-consent.ts';
import { listAllCategories, listOwnConsents, listOwnHistory } from '../domain/consent/list-consents.ts';
import { listOwnLedger } from '../domain/ledger/list-entries.ts';
import { watchOwnLedger } from '../domain/ledger/watch-entries.ts';
import { issueConsentReceipt } from '../domain/receipts/consent-receipt.ts';
import { read } from '../trpc/context.ts';
import { personProcedure } from '../trpc/procedures.ts';
import { watchSchema } from '../trpc/watch-output.ts';
import { writeOwn } from './write-in-turn.ts';

export const consentRouter = {
  categories: personProcedure
    .input(pageInputSchema)
    .output(pageSchema(categorySchema))
    .query(({ ctx, input }) =>
      read(ctx, (db) => listAllCategories(db, ctx.caller.principal.user.language, input)),
    ),

  list: personProcedure
    .input(pageInputSchema)
    .output(pageSchema(consentViewSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnConsents(db, ctx.caller, input))),

  grant: personProcedure
    .input(grantInputSchema)
    .output(consentViewSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => grantConsent(trx, ctx.caller, input))),

  revoke: personProcedure
    .input(categoryInputSchema)
    .output(consentViewSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => revokeConsent(trx, ctx.caller, input.categoryId))),

  toggle: personProcedure
    .input(categoryInputSchema)
    .output(consentViewSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => toggleConsent(trx, ctx.caller, input.categoryId))),

  history: personProcedure
    .input(historyInputSchema)
    .output(pageSchema(consentChangeSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnHistory(db, ctx.caller, input))),

  ledger: personProcedure
    .input(pageInputSchema)
    .output(pageSchema(ledgerEntrySchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnLedger(db, ctx.caller, input))),

  receipt: personProcedure
    .input(consentReceiptInputSchema)
    .output(issuedReceiptSchema)
    .query(({ ctx, input }) => issueConsentReceipt(ctx.services, ctx.caller, input)),

  watch: personProcedure
    .input(watchInputSchema)
    .output(watchSchema(ledgerEntrySchema))
    .subscription(({ ctx, input }) => watchOwnLedger(ctx.services, ctx.caller, input)),
} satisfies TRPCRouterRecord;
