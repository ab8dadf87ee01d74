import type { Insertable } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import type { MailTokenPurpose, MailTokensTable } from '../tables.ts';

/** A token that still works: what it is for and whose mailbox it went to. */
export interface MailTokenRecord {
  purpose: MailTokenPurpose;
  userId: string | null;
  invitationId: string | null;
  email: string;
}

const COLUMNS = ['purpose', 'user_id as userId', 'invitation_id as invitationId', 'email'] as const;

/** Which token, as it was presented: its hash, and only for this purpose. */
export interface MailTokenKey {
  hash: string;
  purpose: MailTokenPurpose;
  now: Date;
}

export async function insertMailToken(trx: Trx, token: Insertable<MailTokensTable>): Promise<void> {
  await trx.insertInto('mail_tokens').values(token).execute();
}

export async function findLiveMailToken(
  db: Executor,
  { hash, purpose, now }: MailTokenKey,
): Promise<MailTokenRecord | undefined> {
  return db
    .selectFrom('mail_tokens')
    .select(COLUMNS)
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Takes a token out of the table: of many at once, one gets it. */
export async function takeLiveMailToken(
  trx: Trx,
  { hash, purpose, now }: MailTokenKey,
): Promise<MailTokenRecord | undefined> {
  return trx
    .deleteFrom('mail_tokens')
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Makes the links of a person's former mails worthless. */
export async function deleteMailTokensOf(
  trx: Trx,
  userId: string,
  purposes: readonly MailTokenPurpose[],
): Promise<void> {
  await trx
    .deleteFrom('mail_tokens')
    .where('user_id', '=', userId)
    .where('purpose', 'in', purposes)
    .execute();
}

export async function deleteExpiredMailTokens(db: Executor, now: Date): Promise<void> {
  await db.deleteFrom('mail_tokens').where('expires_at', '<=', now).execute();
}
