import type { ItemList, RequestAccessInput, RequestItem } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Trx } from '../../database/connection.ts';
import {
  type AccessRequestRecord,
  findRequestOfPerson,
  insertRequest,
  isEnabledUser,
} from '../../database/queries/org-access.queries.ts';
import type { OrganizationCaller } from '../caller.ts';
import { stands } from '../consent/consent-state.ts';
import { settleConsent } from '../consent/settle-consent.ts';
import { DomainError } from '../domain-error.ts';
import { futureMoment } from '../future-moment.ts';
import { outcomeBefore } from '../idempotency/kept-outcomes.ts';
import { type LockedLedger, lockLedger, lockLedgers } from '../ledger/append-entry.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { actingAs } from './acting-as.ts';
import { requireCategory } from './api-key-rights.ts';
import { requestDetails, settleOpenRequest } from './close-request.ts';
import { isFinal, ownRefusal, toOutcome } from './many.ts';
import { toAccessRequest } from './present-request.ts';

/** What an organization asks for; older REST callers give no purpose. */
export type RequestTerms = Omit<RequestAccessInput, 'purpose'> & { purpose: string | null };

/**
 * Asks a person for one category. While a request of this organization, person and category is open,
 * that one is the answer. A person or category that is not there answers like one without consent.
 * @returns a refusal to be thrown once the transaction is committed: what ran out stays written down
 * @throws DomainError `INVALID_INPUT` for an end in the past, `FORBIDDEN` for a category that the caller's API key is
 *   not for
 */
export async function requestAccess(
  trx: Trx,
  caller: OrganizationCaller,
  input: RequestTerms,
): Promise<NumberedAccessRequest | DomainError> {
  return requestFrom(trx, caller, await lockLedger(trx, input.userId), input);
}

/** A request to one of many, counted already; `refusal` is what it met before its turn. */
export interface CountedRequest {
  terms: RequestTerms;
  refusal: DomainError | undefined;
}

export type NumberedRequestItem = RequestItem & { request: NumberedAccessRequest | null };

/**
 * Asks many people in one transaction; each is asked or refused as they would be alone. Repeated under an idempotency
 * key, each gets the first answer, unless it was only too many at a time.
 */
export async function requestMany(
  trx: Trx,
  caller: OrganizationCaller,
  requests: readonly CountedRequest[],
): Promise<ItemList<NumberedRequestItem>> {
  const counted = requests.filter(({ refusal }) => refusal === undefined);
  const ledgers = await lockLedgers(trx, [...new Set(counted.map(({ terms }) => terms.userId))]);
  const kept = outcomeBefore(trx) as ItemList<NumberedRequestItem> | undefined;
  const items: NumberedRequestItem[] = [];
  for (const [index, request] of requests.entries()) {
    const before = kept?.items[index];
    const ledger = ledgers.get(request.terms.userId);
    items.push(before && isFinal(before) ? before : await requestOne(trx, caller, ledger, request));
  }
  return { items };
}

async function requestOne(
  trx: Trx,
  caller: OrganizationCaller,
  ledger: LockedLedger | undefined,
  { terms, refusal }: CountedRequest,
): Promise<NumberedRequestItem> {
  const { userId, categoryId } = terms;
  // What it throws is about its input, before anything of it is written.
  const outcome = refusal ?? (await ownRefusal(() => requestFrom(trx, caller, ledger, terms)));
  const { result: request, error } = toOutcome(outcome);
  return { userId, categoryId, request, error };
}

async function requestFrom(
  trx: Trx,
  caller: OrganizationCaller,
  ledger: LockedLedger | undefined,
  input: RequestTerms,
): Promise<NumberedAccessRequest | DomainError> {
  requireCategory(caller, input.categoryId);
  const refusal = new DomainError('CONSENT_NOT_GRANTED');
  const expiresAt = futureMoment(input.expiresAt, ledger?.now ?? new Date());
  if (ledger === undefined || !(await isEnabledUser(trx, input.userId))) return refusal;
  const consent = await settleConsent(trx, ledger, input.categoryId);
  if (consent === undefined || !stands(consent, ledger.now)) return refusal;
  const triple = {
    organizationId: caller.organization.id,
    userId: input.userId,
    categoryId: input.categoryId,
  };
  const open = await settleOpenRequest(trx, ledger, triple);
  return toAccessRequest(open ?? (await insert(trx, ledger, caller, { ...input, expiresAt })));
}

async function insert(
  trx: Trx,
  ledger: LockedLedger,
  caller: OrganizationCaller,
  input: Omit<RequestTerms, 'expiresAt'> & { expiresAt: Date | null },
): Promise<AccessRequestRecord> {
  const id = uuidv7();
  const { organization } = caller;
  await insertRequest(trx, {
    id,
    organization_id: organization.id,
    user_id: ledger.personId,
    category_id: input.categoryId,
    requested_by: 'principal' in caller ? caller.principal.userId : null,
    purpose: input.purpose,
    status: 'PENDING',
    expires_at: input.expiresAt,
    max_reads: input.maxReads ?? null,
    requested_at: ledger.now,
    decided_at: null,
  });
  const request = await findRequestOfPerson(trx, ledger.personId, { id }, ledger.now);
  if (request === undefined) throw new Error('unreachable: the request was just made');
  await ledger.append({
    action: 'ACCESS_REQUESTED',
    ...actingAs(caller),
    categoryId: input.categoryId,
    request,
    details: requestDetails({ ...request, storedStatus: null }, 'PENDING'),
  });
  await enqueueMail(trx, { kind: 'access_requested', requestId: id });
  return request;
}
