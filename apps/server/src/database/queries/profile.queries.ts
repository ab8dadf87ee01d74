import type { Insertable, Updateable } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import type { ProfilesTable, UsersTable } from '../tables.ts';

export async function insertProfile(trx: Trx, profile: Insertable<ProfilesTable>): Promise<void> {
  await trx.insertInto('profiles').values(profile).execute();
}

export async function updateUser(trx: Trx, userId: string, changes: Updateable<UsersTable>): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await trx.updateTable('users').set(changes).where('id', '=', userId).execute();
}

export async function updateProfile(
  trx: Trx,
  userId: string,
  changes: Updateable<ProfilesTable>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await trx.updateTable('profiles').set(changes).where('user_id', '=', userId).execute();
}

/** The name of the person's picture, locked until the transaction ends; null or undefined: there is none. */
export async function lockAvatar(trx: Trx, userId: string): Promise<string | null | undefined> {
  const row = await trx
    .selectFrom('profiles')
    .select('avatar')
    .where('user_id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.avatar;
}

/** Whether the person's profile shows the picture of this name. */
export async function hasAvatar(db: Executor, userId: string, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('profiles')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('avatar', '=', name)
    .executeTakeFirst();
  return row !== undefined;
}
