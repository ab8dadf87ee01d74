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
import { listPage, numberKey } from '../paging.ts';
import { toConsentView } from './consent-state.ts';

/** The categories with their current notice in one language. */
export function listAllCategories(
  db: Executor,
  language: Language,
  input: PageInput | undefined,
): Promise<Page<Category>> {
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listCategories(db, { after, limit, language }),
    keyOf: (category) => category.id,
    present: ({ noticeVersion, noticeText, ...category }): Category => ({
      ...category,
      notice: { version: noticeVersion, language, text: noticeText },
    }),
  });
}

/** One consent per category, decided or not. */
export function listOwnConsents(
  db: Executor,
  { principal }: PersonCaller,
  input: PageInput | undefined,
): Promise<Page<ConsentView>> {
  const now = new Date();
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listConsents(db, principal.userId, { after, limit }),
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
