import type { Role } from '@truconn/contract';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Passwords } from '../auth/password.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Database } from '../database/connection.ts';
import type { nameCredentialLookups } from '../database/queries/auth.queries.ts';
import type { Envelope } from '../encryption/envelope.ts';
import type { Pictures } from '../images/pictures.ts';
import type { Limits } from './limits.ts';
import type { Live } from './live/live.ts';
import type { AvatarStorage } from './profile/avatar-storage.ts';
import type { Turns } from './turns.ts';

/**
 * What the domain works with besides a transaction. Signing up and in, and what else hashes a password or
 * decodes a picture, take these and begin their own transactions, because that takes longer than a connection
 * should be held.
 */
export interface Services {
  database: Database;
  passwords: Passwords;
  sessions: Sessions;
  apiKeys: ApiKeys;
  tokens: Tokens;
  /** Wraps the keys of what is encrypted at rest. */
  envelope: Envelope;
  credentials: ReturnType<typeof nameCredentialLookups>;
  turns: Turns;
  limits: Limits;
  live: Live;
  pictures: Pictures;
  avatars: AvatarStorage;
  /** Origin of the addresses that leave: links in mails, pictures. */
  publicUrl: string;
  requireVerifiedEmail: boolean;
  selfAssignableRoles: readonly Role[];
  /** `strict`: our own rules for passwords and changes of address at the documented APIs, too. */
  compat: 'documented' | 'strict';
}
