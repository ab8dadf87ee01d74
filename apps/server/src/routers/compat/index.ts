import type { TRPCRouterRecord } from '@trpc/server';
import { compatAuth } from './auth.ts';
import { compatConsent } from './consent.ts';
import { compatOrgAccess } from './org-access.ts';
import { compatProfile } from './profile.ts';

/**
 * What the documented REST APIs do otherwise than the public procedures: the same services, with the difference
 * as an argument. Called inside the server only, never under `/trpc`, and in no SDK.
 */
export const compatRouter = {
  ...compatAuth,
  ...compatProfile,
  ...compatConsent,
  ...compatOrgAccess,
} satisfies TRPCRouterRecord;
