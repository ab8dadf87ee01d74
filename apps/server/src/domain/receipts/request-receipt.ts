import type { IssuedReceipt, ReceiptState, RequestReceiptInput } from '@truconn/contract';
import { type AccessRequestRecord, findRequestOfEither } from '../../database/queries/org-access.queries.ts';
import { findReceiptCategory } from '../../database/queries/receipts.queries.ts';
import type { ApiKeyCaller, PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { requireCategory } from '../org-access/api-key-rights.ts';
import type { requestDetails } from '../org-access/close-request.ts';
import { findDecisions } from './decision.ts';
import { beginReceipt, finishReceipt, type ReceiptServices } from './issue-receipt.ts';

const NO_NOTICE = { version: null, language: null };

/**
 * A receipt of the last decision on a request, or of the one that `seq` names: for the person whose data it is, and for
 * the organization that asked. Both get the same: of the person's data it
 * says no more than both know, and of their ledger the number and hash of one entry.
 * @throws DomainError `NOT_FOUND` for everybody else's requests, where nothing was decided, for the number of another
 *   entry, and for details that were erased; `FORBIDDEN` to an API key that is not for the category; `RATE_LIMITED`
 */
export async function issueRequestReceipt(
  services: ReceiptServices,
  caller: PersonCaller | ApiKeyCaller,
  { requestId, seq }: RequestReceiptInput,
): Promise<IssuedReceipt> {
  const { callerId, sides } = sidesOf(caller);
  const issue = await beginReceipt(services, caller, callerId);
  const db = services.database.kysely;
  const request = await findRequestOfEither(db, sides, requestId, issue.now);
  if (request === undefined) throw new DomainError('NOT_FOUND');
  requireCategory(caller, request.categoryId);
  const { userId: personId, categoryId } = request;
  const decisions = await findDecisions(db, personId, { categoryId, requestId }, seq);
  const category = await findReceiptCategory(db, categoryId, NO_NOTICE);
  if (category === undefined) throw new DomainError('NOT_FOUND');
  // Every entry about a request has them; `requestDetails` wrote them.
  const terms = decisions.asked.details as ReturnType<typeof requestDetails>;
  const subject = {
    personId,
    recordId: requestId,
    notice: null,
    purpose: terms.purpose,
    data: [{ pii_type: category.key, pii_attribute_id: null }],
    organization: terms.organization,
    validity: { until: terms.expiresAt, reads: terms.maxReads },
    endedAs: endedState(request),
  };
  return finishReceipt(services, subject, decisions, issue);
}

// A person may be one side, and their organization the other; an API key is its organization's alone.
function sidesOf(caller: PersonCaller | ApiKeyCaller) {
  if ('apiKey' in caller) {
    const { id: callerId, organization } = caller.apiKey;
    return { callerId, sides: { userId: null, organizationId: organization.id } };
  }
  const { userId, user } = caller.principal;
  return { callerId: userId, sides: { userId, organizationId: user.organization?.id ?? null } };
}

// By its own end, or by that of the consent that it hangs on.
function endedState({ status, storedStatus }: AccessRequestRecord): ReceiptState | undefined {
  if (status === storedStatus) return undefined;
  return status === 'EXPIRED' ? 'dpv:ConsentExpired' : 'dpv:ConsentTerminated';
}
