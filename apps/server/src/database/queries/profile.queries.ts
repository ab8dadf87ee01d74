import type { Updateable } from 'kysely';
import type { Trx } from '../connection.ts';
import type { ProfilesTable, UsersTable } from '../tables.ts';

export async function insertProfile(trx: Trx, userId: string, language: ProfilesTable['language']) {
  await trx.insertInto('profiles').values({ user_id: userId, language }).execute();
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
