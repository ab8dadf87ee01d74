import type { Role } from '@truconn/contract';
import type { Passwords } from '../../auth/password.ts';
import type { Sessions } from '../../auth/sessions.ts';
import type { Tokens } from '../../auth/tokens.ts';
import type { Database } from '../../database/connection.ts';
import type { nameCredentialLookups } from '../../database/queries/auth.queries.ts';
import type { Turns } from '../turns.ts';

/**
 * What signing up, in and out works with. These acts begin their own transactions, because hashing a
 * password takes longer than a connection should be held.
 */
export interface AuthServices {
  database: Database;
  passwords: Passwords;
  sessions: Sessions;
  tokens: Tokens;
  credentials: ReturnType<typeof nameCredentialLookups>;
  turns: Turns;
  selfAssignableRoles: readonly Role[];
}
