import { LANGUAGES } from '@truconn/contract';
import type { Kysely } from 'kysely';
import { FIRST_CATEGORIES } from './first-categories.ts';
import type { Tables } from './tables.ts';

/**
 * Creates the first categories and their notices where they are missing; changes none that exist, but for giving the
 * schema of its records to one from before there were records.
 */
export async function seedCategories(db: Kysely<Tables>): Promise<void> {
  const publishedAt = new Date();
  await db
    .insertInto('categories')
    .values(
      FIRST_CATEGORIES.map(({ notice: _, recordSchema, ...category }) => ({
        ...category,
        notice_version: 1,
        record_schema: recordSchema === undefined ? null : JSON.stringify(recordSchema),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((row) => ({ record_schema: row.ref('excluded.record_schema') }))
        .where('categories.record_schema', 'is', null),
    )
    .execute();
  await db
    .insertInto('notice_versions')
    .values(
      FIRST_CATEGORIES.map(({ id, fields }) => ({
        category_id: id,
        version: 1,
        fields,
        published_at: publishedAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto('notices')
    .values(
      FIRST_CATEGORIES.flatMap(({ id, notice }) =>
        LANGUAGES.map((language) => ({
          category_id: id,
          version: 1,
          language,
          body: notice[language],
          // Written in English; a machine has translated them.
          needs_review: language !== 'en',
        })),
      ),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
