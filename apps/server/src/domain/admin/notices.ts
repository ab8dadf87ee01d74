import type {
  Language,
  NoticeListInput,
  NoticeText,
  NoticeVersion,
  Page,
  PublishNoticeInput,
  ReviewNoticeInput,
  WithdrawNoticeInput,
} from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { hasCategory, updateCategory } from '../../database/queries/categories.queries.ts';
import {
  findNoticeVersion,
  insertNoticeVersion,
  listNoticeTexts,
  listNoticeVersions,
  markReviewed,
  type NoticeKey,
  type NoticeTextRecord,
  type NoticeVersionRecord,
  setWithdrawnAt,
  withdrawOlderVersions,
} from '../../database/queries/notices.queries.ts';
import { lockNotices } from '../../database/queries/notices-lock.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { requireFields } from '../consent/record-schema.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { LAST_MOMENT } from '../future-moment.ts';
import { listPage, numberKey } from '../paging.ts';
import { lockCategoryAs } from './categories.ts';

const DAY_MILLISECONDS = 86_400_000;

/**
 * The versions of a category's notice, newest first.
 * @throws DomainError `NOT_FOUND` for an unknown category
 */
export async function listNotices(db: Executor, input: NoticeListInput): Promise<Page<NoticeVersion>> {
  const { categoryId } = input;
  if (!(await hasCategory(db, categoryId))) throw new DomainError('NOT_FOUND');
  const now = new Date();
  const page = await listPage(input, {
    key: numberKey,
    read: ({ after: before, limit }) => listNoticeVersions(db, categoryId, { before, limit, now }),
    keyOf: ({ version }) => version,
    present: (version) => version,
  });
  return { ...page, items: await withTexts(db, categoryId, page.items) };
}

/**
 * Publishes a new version: from now on it is the one that people are shown, and what it covers is what the category
 * releases to whoever agrees to it. Those who agreed to older ones are asked again, and released is what they agreed
 * to. If the category says how long that may last, the older versions are withdrawn then.
 * @throws DomainError `INVALID_INPUT` on `fields` for what their source has not got; `NOT_FOUND`, `FORBIDDEN`
 */
export async function publishNotice(
  trx: Trx,
  caller: PersonCaller,
  { categoryId, texts, ...input }: PublishNoticeInput,
): Promise<NoticeVersion> {
  const category = await lockCategoryAs(trx, caller, categoryId);
  const { fields = category.fields } = input;
  requireFields(fields, category.recordSchema);
  // Nobody who has judged by the older versions is still to write that down at the moment that is read now.
  await lockNotices(trx);
  const publishedAt = new Date();
  const next = { categoryId, version: category.noticeVersion + 1 };
  await insertNoticeVersion(trx, next, { fields, publishedAt, texts });
  await updateCategory(trx, { ...category, fields, noticeVersion: next.version });
  const olderEndAt = endOfGrace(publishedAt, category.noticeGraceDays);
  if (olderEndAt !== null) await withdrawOlderVersions(trx, next, olderEndAt);
  await recordAudit(trx, caller, 'notice.published', {
    details: { ...next, fields, olderEndAt: olderEndAt?.toISOString() ?? null },
  });
  const published = { ...next, current: true, fields, publishedAt, withdrawnAt: null, standingConsents: 0 };
  return toNotice(trx, published);
}

function endOfGrace(publishedAt: Date, days: number | null): Date | null {
  return days === null ? null : new Date(publishedAt.getTime() + days * DAY_MILLISECONDS);
}

/**
 * Withdraws an older version, now or at a moment to come: then the consents to it end. Such a moment can be brought
 * forward, and not put off: people have been told of it. What changes nothing writes nothing.
 * @throws DomainError `INVALID_TRANSITION` for the current version, and to move what has passed; `INVALID_INPUT` on
 *   `at` for a moment that has passed, is in no year of four digits, or is later than what is set; `NOT_FOUND`,
 *   `FORBIDDEN`
 */
export async function withdrawNotice(
  trx: Trx,
  caller: PersonCaller,
  { at, ...key }: WithdrawNoticeInput,
): Promise<NoticeVersion> {
  await lockCategoryAs(trx, caller, key.categoryId);
  // Counts consents: before the lock that everybody waits for.
  const found = await requireVersion(trx, key);
  await lockNotices(trx);
  const now = new Date();
  const withdrawnAt = momentToWithdraw(found, at === undefined ? undefined : new Date(at), now);
  if (withdrawnAt === undefined) return toNotice(trx, found);
  await setWithdrawnAt(trx, key, withdrawnAt);
  await recordAudit(trx, caller, 'notice.withdrawn', {
    details: {
      ...key,
      at: withdrawnAt.toISOString(),
      before: found.withdrawnAt?.toISOString() ?? null,
    },
  });
  const standingConsents = withdrawnAt <= now ? 0 : found.standingConsents;
  return toNotice(trx, { ...found, withdrawnAt, standingConsents });
}

/** The moment to write down; nothing where it is so already. */
function momentToWithdraw(
  { current, withdrawnAt: set, version }: NoticeVersionRecord,
  at: Date | undefined,
  now: Date,
): Date | undefined {
  if (current) {
    throw new DomainError('INVALID_TRANSITION', {
      message: `Version ${version} is the one that people are shown; publish another one first.`,
    });
  }
  const hasPassed = set !== null && set <= now;
  if (at === undefined) return hasPassed ? undefined : now;
  if (at.getTime() === set?.getTime()) return undefined;
  if (hasPassed) {
    throw new DomainError('INVALID_TRANSITION', {
      message: `Version ${version} was withdrawn at ${set.toISOString()}.`,
    });
  }
  if (at < now) throw invalidField('at', 'The moment must be now or later.');
  if (at > LAST_MOMENT) throw invalidField('at', 'The moment must be before the year 10000.');
  if (set !== null && at > set)
    throw invalidField('at', `The moment cannot be later than ${set.toISOString()}, which people were told.`);
  return at;
}

/**
 * Says that a translation has been looked at. What was looked at already writes nothing.
 * @throws DomainError `NOT_FOUND`, `FORBIDDEN`
 */
export async function reviewNotice(
  trx: Trx,
  caller: PersonCaller,
  { language, ...key }: ReviewNoticeInput,
): Promise<NoticeVersion> {
  await lockCategoryAs(trx, caller, key.categoryId);
  const found = await requireVersion(trx, key);
  if (await markReviewed(trx, key, language)) {
    await recordAudit(trx, caller, 'notice.reviewed', { details: { ...key, language } });
  }
  return toNotice(trx, found);
}

async function requireVersion(db: Executor, key: NoticeKey): Promise<NoticeVersionRecord> {
  const found = await findNoticeVersion(db, key, new Date());
  if (found === undefined) throw new DomainError('NOT_FOUND');
  return found;
}

async function toNotice(db: Executor, version: NoticeVersionRecord): Promise<NoticeVersion> {
  const [notice] = await withTexts(db, version.categoryId, [version]);
  if (notice === undefined) throw new Error('unreachable: one version is one notice');
  return notice;
}

async function withTexts(
  db: Executor,
  categoryId: number,
  versions: NoticeVersionRecord[],
): Promise<NoticeVersion[]> {
  const texts = await listNoticeTexts(
    db,
    categoryId,
    versions.map(({ version }) => version),
  );
  return versions.map((found) => ({
    ...found,
    publishedAt: found.publishedAt.toISOString(),
    withdrawnAt: found.withdrawnAt?.toISOString() ?? null,
    texts: textsOf(texts.filter(({ version }) => version === found.version)),
  }));
}

function textsOf(texts: NoticeTextRecord[]): NoticeVersion['texts'] {
  const textIn = (wanted: Language): NoticeText => {
    const found = texts.find(({ language }) => language === wanted);
    if (found === undefined) throw new Error('unreachable: a version is written in every language');
    const { text, hash, changes, needsReview } = found;
    return { text, hash, changes, needsReview };
  };
  return { en: textIn('en'), hi: textIn('hi'), gu: textIn('gu') };
}
