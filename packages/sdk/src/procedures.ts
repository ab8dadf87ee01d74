import type { TruConnApi } from './api/index.ts';

/** How each procedure is called. A `list` is a query that answers pages. */
export const PROCEDURES = {
  auth: {
    signUp: 'mutation',
    signIn: 'mutation',
    refresh: 'mutation',
    me: 'query',
    signOut: 'mutation',
    signOutEverywhere: 'mutation',
    sessions: 'list',
    endSession: 'mutation',
    changePassword: 'mutation',
    requestEmailVerification: 'mutation',
    verifyEmail: 'mutation',
    requestPasswordReset: 'mutation',
    resetPassword: 'mutation',
    changeEmail: 'mutation',
    confirmEmailChange: 'mutation',
  },
  profile: {
    get: 'query',
    update: 'mutation',
    setAvatar: 'mutation',
    removeAvatar: 'mutation',
    applyAsOfficer: 'mutation',
    officerApplication: 'query',
  },
  consent: {
    categories: 'list',
    list: 'list',
    grant: 'mutation',
    revoke: 'mutation',
    toggle: 'mutation',
    history: 'list',
    ledger: 'list',
    watch: 'subscription',
  },
  orgAccess: {
    request: 'mutation',
    incoming: 'list',
    outgoing: 'list',
    decide: 'mutation',
    toggle: 'mutation',
    organization: 'query',
    watch: 'subscription',
    members: {
      list: 'list',
      invitations: 'list',
      invite: 'mutation',
      cancelInvitation: 'mutation',
      accept: 'mutation',
      remove: 'mutation',
      setMembership: 'mutation',
    },
  },
  admin: {
    users: {
      list: 'list',
      disable: 'mutation',
      enable: 'mutation',
      setRole: 'mutation',
      endSessions: 'mutation',
    },
    officerApplications: { list: 'list', decide: 'mutation' },
    organizations: { list: 'list', verify: 'mutation' },
    audit: { list: 'list' },
  },
} as const satisfies KindsOf<TruConnApi>;

/** How a procedure is called. */
export type ProcedureKind = 'query' | 'list' | 'mutation' | 'subscription';

/** A tree of procedures with the kind of each in its place. */
export interface ProcedureTree {
  readonly [name: string]: ProcedureKind | ProcedureTree;
}

// A procedure is a function; what is none is a record of procedures.
type KindsOf<Api> = {
  [Name in keyof Api]: Api[Name] extends (...args: never) => unknown ? ProcedureKind : KindsOf<Api[Name]>;
};
