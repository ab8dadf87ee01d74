import { sql } from 'kysely';
import type { Trx } from '../connection.ts';

/** Sets a new password, whatever the old one was, and with it the epoch that ends every session. */
export async function setPasswordHash(trx: Trx, userId: string, passwordHash: string): Promise<void> {
  await trx
    .updateTable('users')
    .set({ password_hash: passwordHash, credential_epoch: sql`credential_epoch + 1` })
    .where('id', '=', userId)
    .execute();
}

export async function setEmailVerified(trx: Trx, userId: string, at: Date): Promise<void> {
  await trx.updateTable('users').set({ email_verified_at: at }).where('id', '=', userId).execute();
}

/** Gives an account another address. @param changes.verifiedAt nothing until its owner confirms it */
export async function setEmail(
  trx: Trx,
  userId: string,
  changes: { email: string; verifiedAt: Date | null; username: string; usernameCanonical: string },
): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      email: changes.email,
      email_verified_at: changes.verifiedAt,
      username: changes.username,
      username_canonical: changes.usernameCanonical,
    })
    .where('id', '=', userId)
    .execute();
}

/** An account under lock, with what changes of its address and password need. */
export interface LockedCredential {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  username: string;
  usernameCanonical: string;
  credentialEpoch: number;
}

/** Locks an account that is enabled. */
export async function lockEnabledUser(trx: Trx, userId: string): Promise<LockedCredential | undefined> {
  return trx
    .selectFrom('users')
    .select([
      'id',
      'email',
      'email_verified_at as emailVerifiedAt',
      'username',
      'username_canonical as usernameCanonical',
      'credential_epoch as credentialEpoch',
    ])
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Ends every session, and whatever else was begun before now with the account's password or a session of it. */
export async function raiseCredentialEpoch(trx: Trx, userId: string): Promise<void> {
  await trx
    .updateTable('users')
    .set({ credential_epoch: sql`credential_epoch + 1` })
    .where('id', '=', userId)
    .execute();
}
