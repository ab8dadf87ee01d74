import type { ProfileField } from '@truconn/contract';
import type { Executor, Trx } from '../connection.ts';

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
  const rows = await db
    .selectFrom('access_requests')
    .select(['id', 'user_id as personId', 'category_id as categoryId'])
    .where('organization_id', '=', organizationId)
    .where('id', 'in', requestIds)
    .execute();
  return new Map(rows.map(({ id, ...subject }) => [id, subject]));
}

/** Where a release finds its fields, and which of them the person has consented to. */
export interface ReleaseSource {
  /** Those of the notice that the person agreed to; none where they never did. */
  fields: string[] | null;
  fromRecord: boolean;
  disabledAt: Date | null;
  profile: Record<ProfileField, string | null>;
}

export async function findReleaseSource(
  trx: Trx,
  { userId, categoryId }: { userId: string; categoryId: number },
): Promise<ReleaseSource | undefined> {
  const row = await trx
    .selectFrom('users')
    .innerJoin('profiles', 'profiles.user_id', 'users.id')
    .innerJoin('categories', (join) => join.on('categories.id', '=', categoryId))
    .leftJoin('consents', (join) =>
      join.onRef('consents.user_id', '=', 'users.id').onRef('consents.category_id', '=', 'categories.id'),
    )
    .leftJoin('notice_versions', (join) =>
      join
        .onRef('notice_versions.category_id', '=', 'consents.category_id')
        .onRef('notice_versions.version', '=', 'consents.notice_version'),
    )
    .select([
      'notice_versions.fields',
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
    .where('users.id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { fields, fromRecord, disabledAt, ...profile } = row;
  return { fields, fromRecord, disabledAt, profile };
}

/** Writes down how many reads there are now, and when the last one was. */
export async function saveRead(
  trx: Trx,
  requestId: string,
  { reads, lastReadAt }: { reads: number; lastReadAt: Date },
): Promise<void> {
  await trx
    .updateTable('access_requests')
    .set({ reads, last_read_at: lastReadAt })
    .where('id', '=', requestId)
    .execute();
}
