import type { ProfileField } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';

/** What a request asks for, which never changes. */
export interface RequestSubject {
  personId: string;
  categoryId: number;
}

/** What each of these requests of one organization asks for; requests of others are left out. */
export async function findRequestSubjects(
  db: Executor,
  organizationId: string,
  requestIds: readonly string[],
): Promise<Map<string, RequestSubject>> {
  const query = db
    .selectFrom('access_requests')
    .select(['id', 'user_id as personId', 'category_id as categoryId'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${requestIds}::uuid[])`);
  const rows = await runByName(db, 'request_subjects', query.compile());
  return new Map(rows.map(({ id, ...subject }) => [id, subject]));
}

/** Where a release finds its fields. */
export interface ReleaseSource {
  fromRecord: boolean;
  disabledAt: Date | null;
  profile: Record<ProfileField, string | null>;
}

export async function findReleaseSource(
  trx: Trx,
  { userId, categoryId }: { userId: string; categoryId: number },
): Promise<ReleaseSource | undefined> {
  const query = trx
    .selectFrom('users')
    .innerJoin('profiles', 'profiles.user_id', 'users.id')
    .innerJoin('categories', (join) => join.on('categories.id', '=', categoryId))
    .select([
      'users.disabled_at as disabledAt',
      'users.first_name as firstName',
      'users.last_name as lastName',
      'users.username',
      'users.email',
      'profiles.mobile',
      'profiles.address',
      'profiles.location',
      'profiles.url',
      'profiles.bio',
      'profiles.language',
    ])
    .select(({ eb }) => eb('categories.record_schema', 'is not', null).as('fromRecord'))
    .$narrowType<{ fromRecord: boolean }>()
    .where('users.id', '=', userId);
  const [row] = await runByName(trx, 'release_source', query.compile());
  if (row === undefined) return undefined;
  const { fromRecord, disabledAt, ...profile } = row;
  return { fromRecord, disabledAt, profile };
}

/** Writes down how many reads there are now, and when the last one was. */
export async function saveRead(
  trx: Trx,
  requestId: string,
  { reads, lastReadAt }: { reads: number; lastReadAt: Date },
): Promise<void> {
  const query = trx
    .updateTable('access_requests')
    .set({ reads, last_read_at: lastReadAt })
    .where('id', '=', requestId);
  await runByName(trx, 'read_save', query.compile());
}
