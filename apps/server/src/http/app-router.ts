import { adminRouter } from '../routers/admin.ts';
import { authRouter } from '../routers/auth.ts';
import { compatRouter } from '../routers/compat/index.ts';
import { consentRouter } from '../routers/consent.ts';
import { orgAccessRouter } from '../routers/org-access.ts';
import { profileRouter } from '../routers/profile.ts';
import { trpc } from '../trpc/init.ts';

/** The public procedures, as plain records: their types name no context, no table and no library. */
export const publicRecord = {
  auth: authRouter,
  profile: profileRouter,
  consent: consentRouter,
  orgAccess: orgAccessRouter,
  admin: adminRouter,
};

/** The one router that is built of them, and what `/trpc` serves. */
export const appRouter = trpc.router(publicRecord);

export type AppRouter = typeof appRouter;

/** The same with the procedures of the documented REST APIs, for calls inside the server alone. */
export const internalRouter = trpc.router({ ...publicRecord, compat: compatRouter });
