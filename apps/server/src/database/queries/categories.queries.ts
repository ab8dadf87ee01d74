import type { Language, RecordSchema } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { hashOf } from './notice-columns.ts';

/** A category as everybody sees it. */
interface CategoryRow {
  id: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  recordSchema: RecordSchema | null;
}

/** A category's current notice in one language; the category is as old as its first notice. */
export interface CategoryRecord extends CategoryRow {
  noticeVersion: number;
  text: string;
  hash: string;
  publishedAt: Date;
  /** In English where the language does not say it. */
  changes: string | null;
  needsReview: boolean;
  createdAt: Date;
}

/** A page of categories with the current notice in one language. */
export async function listCategories(
  db: Executor,
  page: { after: number; limit: number; language: Language },
): Promise<CategoryRecord[]> {
  return db
    .selectFrom('categories')
    .innerJoin('notice_versions as current', (join) =>
      join
        .onRef('current.category_id', '=', 'categories.id')
        .onRef('current.version', '=', 'categories.notice_version'),
    )
    .innerJoin('notices as own', (join) =>
      join
        .onRef('own.category_id', '=', 'current.category_id')
        .onRef('own.version', '=', 'current.version')
        .on('own.language', '=', page.language),
    )
    .leftJoin('notices as english', (join) =>
      join
        .onRef('english.category_id', '=', 'current.category_id')
        .onRef('english.version', '=', 'current.version')
        .on('english.language', '=', 'en'),
    )
    .select([
      'categories.id',
      'categories.key',
      'categories.name',
      'categories.description',
      'categories.fields',
      'categories.record_schema as recordSchema',
      'categories.notice_version as noticeVersion',
      'own.body as text',
      'own.needs_review as needsReview',
      'current.published_at as publishedAt',
      hashOf('own.body').as('hash'),
    ])
    .select(({ fn }) => fn.coalesce('own.changes', 'english.changes').as('changes'))
    .select((where) =>
      where
        .selectFrom('notice_versions as first')
        .select(({ fn }) => fn.min('first.published_at').as('at'))
        .whereRef('first.category_id', '=', 'categories.id')
        .as('createdAt'),
    )
    .$narrowType<{ createdAt: Date }>()
    .where('categories.id', '>', page.after)
    .orderBy('categories.id')
    .limit(page.limit)
    .execute();
}

export async function hasCategory(db: Executor, categoryId: number): Promise<boolean> {
  const row = await db.selectFrom('categories').select('id').where('id', '=', categoryId).executeTakeFirst();
  return row !== undefined;
}

/** A category as administrators see it. */
export interface CategorySettings extends CategoryRow {
  noticeVersion: number;
  noticeGraceDays: number | null;
}

function selectSettings(db: Executor) {
  return db
    .selectFrom('categories')
    .select([
      'id',
      'key',
      'name',
      'description',
      'fields',
      'record_schema as recordSchema',
      'notice_version as noticeVersion',
      'notice_grace_days as noticeGraceDays',
    ]);
}

/** A page of categories, in the order of their ids. */
export async function listCategorySettings(
  db: Executor,
  page: { after: number; limit: number },
): Promise<CategorySettings[]> {
  return selectSettings(db).where('id', '>', page.after).orderBy('id').limit(page.limit).execute();
}

/** Whoever changes a category or its notices takes this lock first. Consents that name it do not wait for it. */
export async function lockCategory(trx: Trx, categoryId: number): Promise<CategorySettings | undefined> {
  return selectSettings(trx).where('id', '=', categoryId).forNoKeyUpdate().executeTakeFirst();
}

// Any number, as long as nothing else locks the same.
const NEW_CATEGORY_LOCK = 7_305_119;

/** Waits until nobody else makes a category: two would take the same id. */
export async function lockNewCategory(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${NEW_CATEGORY_LOCK})`.execute(trx);
}

/** The next free id, and whether a key is taken; right as long as `lockNewCategory` holds. */
export async function findRoomForCategory(
  trx: Trx,
  key: string,
): Promise<{ nextId: number; isTaken: boolean }> {
  return trx
    .selectFrom('categories')
    .select([
      sql<number>`coalesce(max(id), 0) + 1`.as('nextId'),
      sql<boolean>`coalesce(bool_or(key = ${key}), false)`.as('isTaken'),
    ])
    .executeTakeFirstOrThrow();
}

export async function insertCategory(trx: Trx, category: CategorySettings): Promise<void> {
  const { recordSchema, noticeVersion, noticeGraceDays, ...rest } = category;
  await trx
    .insertInto('categories')
    .values({
      ...rest,
      record_schema: toColumn(recordSchema),
      notice_version: noticeVersion,
      notice_grace_days: noticeGraceDays,
    })
    .execute();
}

/** Writes all that can change in a category. */
export async function updateCategory(trx: Trx, category: CategorySettings): Promise<void> {
  const { id, name, description, fields, recordSchema, noticeVersion, noticeGraceDays } = category;
  await trx
    .updateTable('categories')
    .set({
      name,
      description,
      fields,
      record_schema: toColumn(recordSchema),
      notice_version: noticeVersion,
      notice_grace_days: noticeGraceDays,
    })
    .where('id', '=', id)
    .execute();
}

function toColumn(schema: RecordSchema | null): string | null {
  return schema === null ? null : JSON.stringify(schema);
}
