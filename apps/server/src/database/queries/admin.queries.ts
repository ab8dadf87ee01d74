import type { Role } from '@truconn/contract';
import type { Executor, Trx } from '../connection.ts';
import { PERSON_COLUMNS } from './person-columns.ts';
import { containing } from './search-pattern.ts';

/** A page of accounts, newest first. */
export async function listUsers(
  db: Executor,
  page: { before: string | undefined; limit: number; query: string | undefined; role: Role | undefined },
) {
  return db
    .selectFrom('users')
    .innerJoin('profiles', 'profiles.user_id', 'users.id')
    .leftJoin('memberships', 'memberships.user_id', 'users.id')
    .leftJoin('organizations', 'organizations.id', 'memberships.organization_id')
    .select(PERSON_COLUMNS)
    .$if(page.before !== undefined, (query) => query.where('users.id', '<', page.before as string))
    .$if(page.role !== undefined, (query) => query.where('users.role', '=', page.role as Role))
    .$if(page.query !== undefined, (query) => {
      const pattern = containing(page.query as string);
      return query.where((where) =>
        where.or([
          where('users.email', 'ilike', pattern),
          where('users.username', 'ilike', pattern),
          where('users.first_name', 'ilike', pattern),
          where('users.last_name', 'ilike', pattern),
          where('organizations.name', 'ilike', pattern),
        ]),
      );
    })
    .orderBy('users.id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Locks accounts in one fixed order, so that two who act on each other at once cannot both win. */
export async function lockUsers(trx: Trx, userIds: string[]) {
  return trx
    .selectFrom('users')
    .select(['id', 'email', 'role', 'email_verified_at as emailVerifiedAt', 'disabled_at as disabledAt'])
    .where('id', 'in', userIds)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

export async function setDisabledAt(trx: Trx, userId: string, disabledAt: Date | null): Promise<void> {
  await trx.updateTable('users').set({ disabled_at: disabledAt }).where('id', '=', userId).execute();
}

export async function setRole(trx: Trx, userId: string, role: Role): Promise<void> {
  await trx.updateTable('users').set({ role }).where('id', '=', userId).execute();
}

export async function hasMembership(db: Executor, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('memberships')
    .select('user_id')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}
