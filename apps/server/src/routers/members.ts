import type { TRPCRouterRecord } from '@trpc/server';
import {
  invitationInputSchema,
  invitationSchema,
  inviteInputSchema,
  mailTokenInputSchema,
  memberSchema,
  organizationSchema,
  pageInputSchema,
  pageSchema,
  removedMemberSchema,
  setMembershipInputSchema,
} from '@truconn/contract';
import { chargeMailTarget } from '../domain/mail/mail-target.ts';
import { acceptInvitation } from '../domain/org-access/accept-invitation.ts';
import { cancelInvitation, inviteMember, listOwnInvitations } from '../domain/org-access/invitations.ts';
import { listOwnMembers, removeMember, setMembership } from '../domain/org-access/members.ts';
import { read } from '../trpc/context.ts';
import {
  memberProcedure,
  membershipProcedure,
  ownerProcedure,
  personProcedure,
  verifiedOwnerProcedure,
} from '../trpc/procedures.ts';
import { writeMembers } from './write-in-turn.ts';

export const membersRouter = {
  list: memberProcedure
    .input(pageInputSchema)
    .output(pageSchema(memberSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnMembers(db, ctx.caller, input))),

  invitations: ownerProcedure
    .input(pageInputSchema)
    .output(pageSchema(invitationSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnInvitations(db, ctx.caller, input))),

  invite: verifiedOwnerProcedure
    .input(inviteInputSchema)
    .output(invitationSchema)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.limits.charge(ctx.caller, 'invitation', ctx.caller.organization.id);
      await chargeMailTarget(ctx.services.limits, ctx.caller, input.email);
      return writeMembers(ctx, (trx) => inviteMember(trx, ctx.caller, input));
    }),

  cancelInvitation: ownerProcedure
    .input(invitationInputSchema)
    .output(invitationSchema)
    .mutation(({ ctx, input }) =>
      writeMembers(ctx, (trx) => cancelInvitation(trx, ctx.caller, input.invitationId)),
    ),

  // Who accepts belongs to no organization yet: the token says which.
  accept: personProcedure
    .input(mailTokenInputSchema)
    .output(organizationSchema)
    .mutation(({ ctx, input }) => acceptInvitation(ctx.services, ctx.caller, input.token)),

  // Removing, leaving and cancelling only take away: an owner without a verified address does them, too.
  remove: membershipProcedure
    .output(removedMemberSchema)
    .mutation(({ ctx, input }) => writeMembers(ctx, (trx) => removeMember(trx, ctx.caller, input.userId))),

  setMembership: verifiedOwnerProcedure
    .input(setMembershipInputSchema)
    .output(memberSchema)
    .mutation(({ ctx, input }) => writeMembers(ctx, (trx) => setMembership(trx, ctx.caller, input))),
} satisfies TRPCRouterRecord;
