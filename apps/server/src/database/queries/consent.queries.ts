import type { Language } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';

/** One consent as it is kept; expired or not is a matter of the clock. */
export interface StoredConsent {
  granted: boolean;
  grantedAt: Date | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  noticeVersion: number | null;
  noticeLanguage: Language | null;
}

/** A category with one person's consent to it; `granted` is null where they never decided. */
export interface CategoryConsent extends Omit<StoredConsent, 'granted'> {
  categoryId: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  granted: boolean | null;
}

/** A category's current notice in one language; the category is as old as its first notice. */
export interface CategoryRecord {
  id: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  noticeVersion: number;
  noticeText: string;
  createdAt: Date;
}

/** A page of categories with the current notice in one language. */
export async function listCategories(
  db: Executor,
  page: { after: number; limit: number; language: Language },
): Promise<CategoryRecord[]> {
  return db
    .selectFrom('categories')
    .innerJoin('notices', (join) =>
      join
        .onRef('notices.category_id', '=', 'categories.id')
        .onRef('notices.version', '=', 'categories.notice_version')
        .on('notices.language', '=', page.language),
    )
    .select([
      'id',
      'key',
      'name',
      'description',
      'fields',
      'notice_version as noticeVersion',
      'notices.body as noticeText',
    ])
    .select((where) =>
      where
        .selectFrom('notice_versions as first')
        .select(({ fn }) => fn.min('first.published_at').as('at'))
        .whereRef('first.category_id', '=', 'categories.id')
        .as('createdAt'),
    )
    .$narrowType<{ createdAt: Date }>()
    .where('id', '>', page.after)
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

function selectConsents(db: Executor, userId: string) {
  return db
    .selectFrom('categories')
    .leftJoin('consents', (join) =>
      join.onRef('consents.category_id', '=', 'categories.id').on('consents.user_id', '=', userId),
    )
    .select([
      'categories.id as categoryId',
      'categories.key',
      'categories.name',
      'categories.description',
      'categories.fields',
      'consents.granted',
      'consents.granted_at as grantedAt',
      'consents.revoked_at as revokedAt',
      'consents.expires_at as expiresAt',
      'consents.notice_version as noticeVersion',
      'consents.notice_language as noticeLanguage',
    ]);
}

/** Every category with this person's consent to it. */
export async function listConsents(
  db: Executor,
  userId: string,
  page: { after: number; limit: number },
): Promise<CategoryConsent[]> {
  return selectConsents(db, userId)
    .where('categories.id', '>', page.after)
    .orderBy('categories.id')
    .limit(page.limit)
    .execute();
}

/** One category with this person's consent, and the current notice's version. */
export async function findConsent(
  db: Executor,
  userId: string,
  categoryId: number,
): Promise<(CategoryConsent & { currentNoticeVersion: number }) | undefined> {
  return selectConsents(db, userId)
    .select('categories.notice_version as currentNoticeVersion')
    .where('categories.id', '=', categoryId)
    .executeTakeFirst();
}

export async function hasCategory(db: Executor, categoryId: number): Promise<boolean> {
  const row = await db.selectFrom('categories').select('id').where('id', '=', categoryId).executeTakeFirst();
  return row !== undefined;
}

export async function hasNotice(
  db: Executor,
  categoryId: number,
  version: number,
  language: Language,
): Promise<boolean> {
  const row = await db
    .selectFrom('notices')
    .select(sql<number>`1`.as('one'))
    .where('category_id', '=', categoryId)
    .where('version', '=', version)
    .where('language', '=', language)
    .executeTakeFirst();
  return row !== undefined;
}

export async function saveConsent(
  trx: Trx,
  userId: string,
  categoryId: number,
  consent: StoredConsent,
): Promise<void> {
  const state = {
    granted: consent.granted,
    granted_at: consent.grantedAt,
    revoked_at: consent.revokedAt,
    expires_at: consent.expiresAt,
    notice_version: consent.noticeVersion,
    notice_language: consent.noticeLanguage,
  };
  await trx
    .insertInto('consents')
    .values({ user_id: userId, category_id: categoryId, ...state })
    .onConflict((conflict) => conflict.columns(['user_id', 'category_id']).doUpdateSet(state))
    .execute();
}
