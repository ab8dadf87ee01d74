import type { Role, Session } from '@truconn/contract';
import type { LimitState } from './limits.ts';
import type { NumberedProfile, NumberedUser } from './numbered.ts';

/** Where a call comes from; everybody has one. */
export interface Caller {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
  /** Told of each limit that the call was charged to; over HTTP it writes the `RateLimit` headers. */
  onCharge?: (state: LimitState) => void;
}

/** The person whom a credential stands for, as the database has them now. */
export interface Principal {
  userId: string;
  sessionId: string;
  role: Role;
  user: NumberedUser;
  profile: NumberedProfile;
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
