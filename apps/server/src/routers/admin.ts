import type { TRPCRouterRecord } from '@trpc/server';
import {
  adminUserSchema,
  endedSessionsSchema,
  optionalReasonInputSchema,
  pageSchema,
  setRoleInputSchema,
  userActInputSchema,
  userListInputSchema,
} from '@truconn/contract';
import {
  changeRole,
  disableAccount,
  enableAccount,
  endAccountSessions,
  listAccounts,
} from '../domain/admin/users.ts';
import { read, write } from '../trpc/context.ts';
import { adminProcedure } from '../trpc/procedures.ts';

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
      .mutation(async ({ ctx, input }) => {
        const endedSessions = await write(ctx, (trx) =>
          endAccountSessions(trx, ctx.caller, input.userId, input.reason),
        );
        return { endedSessions };
      }),
  },
} satisfies TRPCRouterRecord;
