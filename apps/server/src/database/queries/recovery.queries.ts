import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';

/** Sets a new password, whatever the old one was, and with it the epoch that ends every session. */
export async function setPasswordHash(trx: Trx, userId: string, passwordHash: string): Promise<void> {
  await trx
    .updateTable('users')
    .set({ password_hash: passwordHash, credential_epoch: sql`credential_epoch + 1` })
    .where('id', '=', userId)
    .execute();
}

/**
 * Notes that the owner of an account reads this mailbox.
 * @returns false when the account is disabled, or has another address by now
 */
export async function setEmailVerified(trx: Trx, userId: string, email: string, at: Date): Promise<boolean> {
  const result = await trx
    .updateTable('users')
    .set({ email_verified_at: sql`coalesce(email_verified_at, ${at})` })
    .where('id', '=', userId)
    .where('email', '=', email)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Gives an account another, verified address. */
export async function setEmail(
  trx: Trx,
  userId: string,
  changes: { email: string; verifiedAt: Date; username: string; usernameCanonical: string },
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

/** Locks an account that is enabled, and reads what a change of its address needs. */
export async function lockEnabledUser(trx: Trx, userId: string) {
  return trx
    .selectFrom('users')
    .select(['email', 'username', 'username_canonical as usernameCanonical'])
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export async function isEmailTaken(db: Executor, email: string): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst();
  return row !== undefined;
}
