import type { Language } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';
import { changesAfter, hashOf, type NoticeChangeRecord } from './notice-columns.ts';

/** One consent as it is kept; whether it has come to its end is a matter of the clock. */
export interface StoredConsent {
  granted: boolean;
  grantedAt: Date | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  noticeVersion: number | null;
  noticeLanguage: Language | null;
  noticeHash: string | null;
}

/** A category with one person's consent to it; `granted` is null where they never decided. */
export interface CategoryConsent extends Omit<StoredConsent, 'granted'> {
  categoryId: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  currentNoticeVersion: number;
  granted: boolean | null;
  /** What the version that they agreed to covers. */
  agreedFields: string[] | null;
  /** When that version is withdrawn, past or to come. */
  withdrawnAt: Date | null;
}

/** The same as it is shown to its person. */
export interface ShownConsent extends CategoryConsent {
  /** What is new in the notice after the version that they agreed to, or earlier, up to the current one. */
  noticeChanges: NoticeChangeRecord[];
}

/** A version of a notice in one language, as somebody may agree to it. */
export interface OfferedNotice {
  hash: string;
  fields: string[];
  withdrawnAt: Date | null;
}

function selectConsents(db: Executor, userId: string) {
  return db
    .selectFrom('categories as category')
    .leftJoin('consents as consent', (join) =>
      join.onRef('consent.category_id', '=', 'category.id').on('consent.user_id', '=', userId),
    )
    .leftJoin('notice_versions as agreed', (join) =>
      join
        .onRef('agreed.category_id', '=', 'consent.category_id')
        .onRef('agreed.version', '=', 'consent.notice_version'),
    )
    .select([
      'category.id as categoryId',
      'category.key',
      'category.name',
      'category.description',
      'category.fields',
      'category.notice_version as currentNoticeVersion',
      'consent.granted',
      'consent.granted_at as grantedAt',
      'consent.revoked_at as revokedAt',
      'consent.expires_at as expiresAt',
      'consent.notice_version as noticeVersion',
      'consent.notice_language as noticeLanguage',
      'consent.notice_hash as noticeHash',
      'agreed.fields as agreedFields',
      'agreed.withdrawn_at as withdrawnAt',
    ]);
}

/** Every category with this person's consent to it, and what is new since. */
export async function listConsents(
  db: Executor,
  userId: string,
  page: { after: number; limit: number; language: Language },
): Promise<ShownConsent[]> {
  return selectConsents(db, userId)
    .select(changesAfter(sql.ref('consent.notice_version'), page.language).as('noticeChanges'))
    .where('category.id', '>', page.after)
    .orderBy('category.id')
    .limit(page.limit)
    .execute();
}

/** One category with this person's consent. */
export async function findConsent(
  db: Executor,
  userId: string,
  categoryId: number,
): Promise<CategoryConsent | undefined> {
  const query = selectConsents(db, userId).where('category.id', '=', categoryId);
  const [consent] = await runByName(db, 'consent_by_category', query.compile());
  return consent;
}

/** What a person was shown, or is about to be. */
export interface ShownNotice {
  /** The current one unless told. */
  version: number | undefined;
  /** The language of the notice. */
  language: Language;
  /** The language in which the person is told what is new. */
  ownLanguage: Language;
}

/**
 * One category with this person's consent, and the notice that they can agree to, read at once. `offered` is nothing
 * where there is no such version.
 */
export async function findConsentAndOffer(
  db: Executor,
  userId: string,
  categoryId: number,
  { version, language, ownLanguage }: ShownNotice,
): Promise<{ consent: ShownConsent; offered: OfferedNotice | undefined } | undefined> {
  const told = sql<number | null>`${version ?? null}::integer`;
  const row = await selectConsents(db, userId)
    .leftJoin('notice_versions as offered', (join) =>
      join
        .onRef('offered.category_id', '=', 'category.id')
        .on('offered.version', '=', sql<number>`coalesce(${told}, category.notice_version)`),
    )
    .leftJoin('notices as wording', (join) =>
      join
        .onRef('wording.category_id', '=', 'offered.category_id')
        .onRef('wording.version', '=', 'offered.version')
        .on('wording.language', '=', language),
    )
    .select([
      'offered.fields as offeredFields',
      'offered.withdrawn_at as offeredUntil',
      hashOf('wording.body').$castTo<string | null>().as('offeredHash'),
      // After the earlier of the two, so that it is all there, whichever of them the consent ends up with.
      changesAfter(sql`least(consent.notice_version, ${told})`, ownLanguage).as('noticeChanges'),
    ])
    .where('category.id', '=', categoryId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { offeredFields: fields, offeredUntil: withdrawnAt, offeredHash: hash, ...consent } = row;
  return { consent, offered: fields === null || hash === null ? undefined : { hash, fields, withdrawnAt } };
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
    notice_hash: consent.noticeHash,
  };
  await trx
    .insertInto('consents')
    .values({ user_id: userId, category_id: categoryId, ...state })
    .onConflict((conflict) => conflict.columns(['user_id', 'category_id']).doUpdateSet(state))
    .execute();
}
