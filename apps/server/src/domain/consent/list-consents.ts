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
import {
  type CategoryRecord,
  hasCategory,
  listCategories,
} from '../../database/queries/categories.queries.ts';
import { listConsents } from '../../database/queries/consent.queries.ts';
import { type ConsentEntry, listConsentEntries } from '../../database/queries/ledger.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { listPage, numberKey } from '../paging.ts';
import { toConsentView } from './consent-state.ts';

/** A category and when it began; the public list has no place for that. */
export type DatedCategory = Category & { createdAt: string };

/** The categories with their current notice in one language. */
export function listAllCategories(
  db: Executor,
  language: Language,
  input: PageInput | undefined,
): Promise<Page<DatedCategory>> {
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listCategories(db, { after, limit, language }),
    keyOf: (category) => category.id,
    present: (category) => toCategory(category, language),
  });
}

function toCategory(category: CategoryRecord, language: Language): DatedCategory {
  const { id, key, name, description, fields, recordSchema, createdAt } = category;
  const { noticeVersion: version, text, hash, publishedAt, changes, needsReview } = category;
  return {
    id,
    key,
    name,
    description,
    fields,
    source: recordSchema === null ? 'profile' : 'record',
    recordSchema,
    createdAt: createdAt.toISOString(),
    notice: { version, language, text, hash, publishedAt: publishedAt.toISOString(), changes, needsReview },
  };
}

/** One consent per category, decided or not. */
export function listOwnConsents(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<ConsentView>> {
  const now = new Date();
  const { language } = principal.user;
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listConsents(db, principal.userId, { after, limit, language }),
    keyOf: (consent) => consent.categoryId,
    present: (consent) => toConsentView(consent, now),
  });
}

/** The caller's changes of consent, newest first, from the ledger. */
export function listOwnHistory(
  db: Executor,
  { principal }: PersonCaller,
  input: HistoryInput | undefined,
): Promise<Page<ConsentChange>> {
  const categoryId = input?.categoryId;
  return listPage(input, {
    key: numberKey,
    read: ({ after: before, limit }) =>
      listConsentEntries(db, principal.userId, { before, limit, categoryId }),
    keyOf: (entry) => entry.seq,
    present: toConsentChange,
  });
}

/**
 * The same, where a category that does not exist is none without changes.
 * @throws DomainError `NOT_FOUND` for an unknown category
 */
export async function listOwnHistoryOfKnown(
  db: Executor,
  caller: PersonCaller,
  input: HistoryInput,
): Promise<Page<ConsentChange>> {
  const page = await listOwnHistory(db, caller, input);
  const { categoryId } = input;
  // What has changes is there: only a page without any leaves a doubt.
  if (categoryId !== undefined && page.items.length === 0 && !(await hasCategory(db, categoryId))) {
    throw new DomainError('NOT_FOUND');
  }
  return page;
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

// The ledger's details were written from a ConsentState by settle-consent.ts; older ones know no hash.
function readState(value: unknown): ConsentState | null {
  return value === undefined ? null : { noticeHash: null, ...(value as Omit<ConsentState, 'noticeHash'>) };
}
