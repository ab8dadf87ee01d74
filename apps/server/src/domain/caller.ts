import type { Profile, Role, Session, User } from '@truconn/contract';

/** Where a call comes from; everybody has one. */
export interface Caller {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** The person whom a credential stands for, as the database has them now. */
export interface Principal {
  userId: string;
  sessionId: string;
  role: Role;
  user: User;
  profile: Profile;
  session: Session;
}

/** A call by a signed-in person. The acting person comes from the credential alone. */
export interface PersonCaller extends Caller {
  principal: Principal;
}

/** A call for the organization that the person belongs to. */
export interface MemberCaller extends PersonCaller {
  organization: { id: string; name: string };
}
