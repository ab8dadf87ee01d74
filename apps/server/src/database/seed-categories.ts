import { LANGUAGES } from '@truconn/contract';
import type { Kysely } from 'kysely';
import { FIRST_CATEGORIES } from './first-categories.ts';
import type { Tables } from './tables.ts';

/** Creates the first categories and their notices where they are missing; changes none that exist. */
export async function seedCategories(db: Kysely<Tables>): Promise<void> {
  const publishedAt = new Date();
  await db
    .insertInto('categories')
    .values(FIRST_CATEGORIES.map(({ notice: _, ...category }) => ({ ...category, notice_version: 1 })))
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
          published_at: publishedAt,
        })),
      ),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
