import { LANGUAGES, type Language, type NoticeTextsInput } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { CONSENT_END } from './consent-end.ts';
import { hashOf } from './notice-columns.ts';

/** One version of a category's notice. */
export interface NoticeKey {
  categoryId: number;
  version: number;
}

/** A version as administrators see it, without its texts. */
export interface NoticeVersionRecord extends NoticeKey {
  current: boolean;
  fields: string[];
  publishedAt: Date;
  withdrawnAt: Date | null;
  standingConsents: number;
}

function selectVersions(db: Executor, now: Date) {
  return db
    .selectFrom('notice_versions as agreed')
    .innerJoin('categories as category', 'category.id', 'agreed.category_id')
    .select(({ eb, ref }) => [
      'agreed.category_id as categoryId',
      'agreed.version',
      eb('agreed.version', '=', ref('category.notice_version')).$castTo<boolean>().as('current'),
      'agreed.fields',
      'agreed.published_at as publishedAt',
      'agreed.withdrawn_at as withdrawnAt',
    ])
    .select((where) =>
      where
        .selectFrom('consents as consent')
        // A count is a bigint, which pg reads as text.
        .select(({ fn, cast }) => cast<number>(fn.countAll(), 'integer').as('consents'))
        .whereRef('consent.category_id', '=', 'agreed.category_id')
        .whereRef('consent.notice_version', '=', 'agreed.version')
        .where('consent.granted', '=', true)
        .where(sql<boolean>`coalesce(${CONSENT_END} > ${now}, true)`)
        .as('standingConsents'),
    )
    .$narrowType<{ standingConsents: number }>();
}

/** A page of a category's versions, newest first. */
export async function listNoticeVersions(
  db: Executor,
  categoryId: number,
  page: { before: number | undefined; limit: number; now: Date },
): Promise<NoticeVersionRecord[]> {
  return selectVersions(db, page.now)
    .where('agreed.category_id', '=', categoryId)
    .$if(page.before !== undefined, (query) => query.where('agreed.version', '<', page.before as number))
    .orderBy('agreed.version', 'desc')
    .limit(page.limit)
    .execute();
}

export async function findNoticeVersion(
  db: Executor,
  { categoryId, version }: NoticeKey,
  now: Date,
): Promise<NoticeVersionRecord | undefined> {
  return selectVersions(db, now)
    .where('agreed.category_id', '=', categoryId)
    .where('agreed.version', '=', version)
    .executeTakeFirst();
}

/** What a version says in one language. */
export interface NoticeTextRecord {
  version: number;
  language: Language;
  text: string;
  hash: string;
  changes: string | null;
  needsReview: boolean;
}

/** The texts of some versions of one category's notice, in every language. */
export async function listNoticeTexts(
  db: Executor,
  categoryId: number,
  versions: number[],
): Promise<NoticeTextRecord[]> {
  if (versions.length === 0) return [];
  return db
    .selectFrom('notices')
    .select([
      'version',
      'language',
      'body as text',
      hashOf('body').as('hash'),
      'changes',
      'needs_review as needsReview',
    ])
    .where('category_id', '=', categoryId)
    .where('version', 'in', versions)
    .execute();
}

/** Writes a version and its texts. */
export async function insertNoticeVersion(
  trx: Trx,
  { categoryId, version }: NoticeKey,
  notice: { fields: string[]; publishedAt: Date; texts: NoticeTextsInput },
): Promise<void> {
  const { fields, publishedAt, texts } = notice;
  const key = { category_id: categoryId, version };
  await trx
    .insertInto('notice_versions')
    .values({ ...key, fields, published_at: publishedAt })
    .execute();
  await trx
    .insertInto('notices')
    .values(
      LANGUAGES.map((language) => {
        const { text, changes = null, needsReview = false } = texts[language];
        return { ...key, language, body: text, changes, needs_review: needsReview };
      }),
    )
    .execute();
}

/** Sets when a version is withdrawn. */
export async function setWithdrawnAt(
  trx: Trx,
  { categoryId, version }: NoticeKey,
  withdrawnAt: Date,
): Promise<void> {
  await trx
    .updateTable('notice_versions')
    .set({ withdrawn_at: withdrawnAt })
    .where('category_id', '=', categoryId)
    .where('version', '=', version)
    .execute();
}

/** Sets when all versions before one are withdrawn, but for those that are withdrawn earlier. */
export async function withdrawOlderVersions(
  trx: Trx,
  { categoryId, version }: NoticeKey,
  withdrawnAt: Date,
): Promise<void> {
  await trx
    .updateTable('notice_versions')
    .set({ withdrawn_at: withdrawnAt })
    .where('category_id', '=', categoryId)
    .where('version', '<', version)
    .where(({ eb, or }) => or([eb('withdrawn_at', 'is', null), eb('withdrawn_at', '>', withdrawnAt)]))
    .execute();
}

/** Takes the mark off a text. @returns false where it has none, or there is no such text */
export async function markReviewed(
  trx: Trx,
  { categoryId, version }: NoticeKey,
  language: Language,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('notices')
    .set({ needs_review: false })
    .where('category_id', '=', categoryId)
    .where('version', '=', version)
    .where('language', '=', language)
    .where('needs_review', '=', true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** All fields that consents to a category can still release, now or later: those of versions not withdrawn yet. */
export async function listFieldsInUse(db: Executor, categoryId: number, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('notice_versions')
    .select(sql<string>`unnest(fields)`.as('field'))
    .distinct()
    .where('category_id', '=', categoryId)
    .where(({ eb, or }) => or([eb('withdrawn_at', 'is', null), eb('withdrawn_at', '>', now)]))
    .execute();
  return rows.map(({ field }) => field);
}
