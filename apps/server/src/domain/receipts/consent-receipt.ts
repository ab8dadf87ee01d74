import type {
  ConsentReceiptInput,
  ConsentState,
  IssuedReceipt,
  ReceiptData,
  ReceiptNotice,
  ReceiptState,
} from '@truconn/contract';
import { v5 as uuidv5 } from 'uuid';
import { type CategoryConsent, findConsent } from '../../database/queries/consent.queries.ts';
import { findReceiptCategory, type ReceiptCategory } from '../../database/queries/receipts.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { reachedEnd } from '../consent/consent-state.ts';
import { DomainError } from '../domain-error.ts';
import { findDecisions } from './decision.ts';
import { beginReceipt, finishReceipt, type ReceiptServices } from './issue-receipt.ts';

const PURPOSE = 'To release this kind of data to organizations whose requests the person approves.';

/**
 * A receipt of the caller's consent to a category: of its last change, or of the one that `seq` names.
 * @throws DomainError `NOT_FOUND` for an unknown category, where nothing was decided, for the number of another entry,
 *   and for details that were erased; `RATE_LIMITED`
 */
export async function issueConsentReceipt(
  services: ReceiptServices,
  caller: PersonCaller,
  { categoryId, seq }: ConsentReceiptInput,
): Promise<IssuedReceipt> {
  const { userId: personId } = caller.principal;
  const issue = await beginReceipt(services, caller, personId);
  const db = services.database.kysely;
  // Before the ledger: what is settled in between is written there, and what was not has ended here.
  const consent = await findConsent(db, personId, categoryId);
  const decisions = await findDecisions(db, personId, { categoryId, requestId: null }, seq);
  // `domain/consent/settle-consent.ts` wrote it.
  const state = decisions.asked.details.after as unknown as ConsentState;
  const notice = { version: state.noticeVersion, language: state.noticeLanguage };
  const category = await findReceiptCategory(db, categoryId, notice);
  if (consent === undefined || category === undefined) throw new DomainError('NOT_FOUND');
  const subject = {
    personId,
    recordId: uuidv5(`consent ${categoryId}`, personId),
    notice: toNotice(state, category),
    purpose: PURPOSE,
    data: toData(category),
    organization: null,
    validity: { until: state.expiresAt, reads: null },
    endedAs: endedState(consent, issue.now),
  };
  return finishReceipt(services, subject, decisions, issue);
}

// Entries written before the ledger kept the hash name a version, and no version's text ever changes.
function toNotice(state: ConsentState, category: ReceiptCategory): ReceiptNotice | null {
  const { noticeVersion: version, noticeLanguage: language } = state;
  const sha256 = state.noticeHash ?? category.noticeHash;
  return version === null || language === null || sha256 === null ? null : { version, language, sha256 };
}

function endedState(consent: CategoryConsent, now: Date): ReceiptState | undefined {
  const end = reachedEnd(consent, now);
  return end && (end.byNotice ? 'dpv:ConsentTerminated' : 'dpv:ConsentExpired');
}

function toData({ key, fields }: ReceiptCategory): ReceiptData[] {
  if (fields === null) return [{ pii_type: key, pii_attribute_id: null }];
  return fields.map((field) => ({ pii_type: key, pii_attribute_id: field }));
}
