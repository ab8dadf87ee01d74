import type {
  Category,
  ConsentChange,
  ConsentState,
  ConsentView,
  HistoryInput,
  Language,
  Page,
  PageInput,
} from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { listCategories, listConsents } from '../../database/queries/consent.queries.ts';
import { type ConsentEntry, listConsentEntries } from '../../database/queries/ledger.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { numberKey, pageBounds, toPage } from '../paging.ts';
import { toConsentView } from './consent-state.ts';

/** The categories with their current notice in one language. */
export async function listAllCategories(
  db: Executor,
  language: Language,
  input: PageInput | undefined,
): Promise<Page<Category>> {
  const bounds = pageBounds(input, numberKey);
  const categories = await listCategories(db, {
    after: bounds.after ?? 0,
    limit: bounds.limit + 1,
    language,
  });
  return toPage(
    categories,
    bounds,
    numberKey,
    (category) => category.id,
    ({ noticeVersion, noticeText, ...category }) => ({
      ...category,
      notice: { version: noticeVersion, language, text: noticeText },
    }),
  );
}

/** One consent per category, decided or not. */
export async function listOwnConsents(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<ConsentView>> {
  const bounds = pageBounds(input, numberKey);
  const now = new Date();
  const consents = await listConsents(db, principal.userId, {
    after: bounds.after ?? 0,
    limit: bounds.limit + 1,
  });
  return toPage(
    consents,
    bounds,
    numberKey,
    (consent) => consent.categoryId,
    (consent) => toConsentView(consent, now),
  );
}

/** The caller's changes of consent, newest first, from the ledger. */
export async function listOwnHistory(
  db: Executor,
  { principal }: PersonCaller,
  input: HistoryInput | undefined,
): Promise<Page<ConsentChange>> {
  const bounds = pageBounds(input, numberKey);
  const entries = await listConsentEntries(db, principal.userId, {
    before: bounds.after,
    limit: bounds.limit + 1,
    categoryId: input?.categoryId,
  });
  return toPage(entries, bounds, numberKey, (entry) => entry.seq, toConsentChange);
}

function toConsentChange(entry: ConsentEntry): ConsentChange {
  return {
    seq: entry.seq,
    categoryId: entry.categoryId,
    key: entry.key,
    name: entry.name,
    // What follows the prefix is the change's name: CONSENT_GRANTED is GRANTED.
    action: entry.action.slice('CONSENT_'.length) as ConsentChange['action'],
    changedAt: entry.at.toISOString(),
    previousValue: readState(entry.details?.before),
    newValue: readState(entry.details?.after),
  };
}

// The ledger's details were written from a ConsentState by settle-consent.ts.
function readState(value: unknown): ConsentState | null {
  return value === undefined ? null : (value as ConsentState);
}
