import type { TRPCRouterRecord } from '@trpc/server';
import {
  adminOrganizationSchema,
  adminUserSchema,
  applicationListInputSchema,
  auditEventSchema,
  auditListInputSchema,
  decideApplicationInputSchema,
  endedSessionsSchema,
  officerApplicationSchema,
  optionalReasonInputSchema,
  organizationListInputSchema,
  pageSchema,
  setRoleInputSchema,
  userActInputSchema,
  userListInputSchema,
  verifyOrganizationInputSchema,
} from '@truconn/contract';
import { listAudit } from '../domain/admin/audit.ts';
import { decideApplication, listOfficerApplications } from '../domain/admin/officer-applications.ts';
import { listAllOrganizations, verifyOrganization } from '../domain/admin/organizations.ts';
import {
  changeRole,
  disableAccount,
  enableAccount,
  endAccountSessions,
  listAccounts,
} from '../domain/admin/users.ts';
import { read, write } from '../trpc/context.ts';
import { adminProcedure } from '../trpc/procedures.ts';
import { categoriesRouter, noticesRouter } from './admin-notices.ts';

export const adminRouter = {
  users: {
    list: adminProcedure
      .input(userListInputSchema)
      .output(pageSchema(adminUserSchema))
      .query(({ ctx, input }) => read(ctx, (db) => listAccounts(db, input))),

    disable: adminProcedure
      .input(userActInputSchema)
      .output(adminUserSchema)
      .mutation(({ ctx, input }) =>
        write(ctx, (trx) => disableAccount(trx, ctx.caller, input.userId, input.reason)),
      ),

    enable: adminProcedure
      .input(optionalReasonInputSchema)
      .output(adminUserSchema)
      .mutation(({ ctx, input }) =>
        write(ctx, (trx) => enableAccount(trx, ctx.caller, input.userId, input.reason)),
      ),

    setRole: adminProcedure
      .input(setRoleInputSchema)
      .output(adminUserSchema)
      .mutation(({ ctx, input }) =>
        write(ctx, (trx) => changeRole(trx, ctx.caller, input.userId, input.role, input.reason)),
      ),

    endSessions: adminProcedure
      .input(optionalReasonInputSchema)
      .output(endedSessionsSchema)
      .mutation(({ ctx, input }) =>
        write(ctx, async (trx) => ({
          endedSessions: await endAccountSessions(trx, ctx.caller, input.userId, input.reason),
        })),
      ),
  },

  officerApplications: {
    list: adminProcedure
      .input(applicationListInputSchema)
      .output(pageSchema(officerApplicationSchema))
      .query(({ ctx, input }) => read(ctx, (db) => listOfficerApplications(db, input))),

    decide: adminProcedure
      .input(decideApplicationInputSchema)
      .output(officerApplicationSchema)
      .mutation(({ ctx, input }) => write(ctx, (trx) => decideApplication(trx, ctx.caller, input))),
  },

  organizations: {
    list: adminProcedure
      .input(organizationListInputSchema)
      .output(pageSchema(adminOrganizationSchema))
      .query(({ ctx, input }) => read(ctx, (db) => listAllOrganizations(db, input))),

    verify: adminProcedure
      .input(verifyOrganizationInputSchema)
      .output(adminOrganizationSchema)
      .mutation(({ ctx, input }) => write(ctx, (trx) => verifyOrganization(trx, ctx.caller, input))),
  },

  categories: categoriesRouter,

  notices: noticesRouter,

  audit: {
    list: adminProcedure
      .input(auditListInputSchema)
      .output(pageSchema(auditEventSchema))
      .query(({ ctx, input }) => read(ctx, (db) => listAudit(db, input))),
  },
} satisfies TRPCRouterRecord;
