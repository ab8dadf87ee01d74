import type { DecideInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import {
  type AccessRequestRecord,
  findRequestOfPerson,
  type RequestKey,
} from '../../database/queries/org-access.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { stands } from '../consent/consent-state.ts';
import { type FoundConsent, settleConsent } from '../consent/settle-consent.ts';
import { DomainError } from '../domain-error.ts';
import { type LockedLedger, lockLedger } from '../ledger/append-entry.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { closeRequest, moveRequest, SYSTEM, settleOpenRequest } from './close-request.ts';
import { toAccessRequest } from './present-request.ts';
import { decisionFrom, isOpen, type Transition, toggleFrom } from './transitions.ts';

interface Settled {
  ledger: LockedLedger;
  consent: FoundConsent;
  request: AccessRequestRecord;
}

/**
 * Decides on a request to the caller's own data. Deciding what already is writes nothing.
 * @returns a refusal (`INVALID_TRANSITION`) to be thrown once the transaction is committed
 * @throws DomainError `NOT_FOUND` for a request to somebody else's data
 */
export async function decideRequest(
  trx: Trx,
  caller: PersonCaller,
  input: DecideInput,
): Promise<NumberedAccessRequest | DomainError> {
  const settled = await settleRequest(trx, caller, { id: input.requestId });
  const transition = decisionFrom(settled.request.status, input.decision);
  if (transition === 'unchanged') return toAccessRequest(settled.request);
  if (transition === undefined) return invalidTransition(settled.request, input.decision);
  return move(trx, caller, settled, transition);
}

/**
 * Revokes an approved request; approves what is pending, paused, denied or revoked, while the consent
 * stands and no other request of this organization, person and category is open.
 * @returns a refusal (`INVALID_TRANSITION`, `CONSENT_NOT_GRANTED`) to be thrown after the commit
 * @throws DomainError `NOT_FOUND` for a request to somebody else's data
 */
export async function toggleRequest(
  trx: Trx,
  caller: PersonCaller,
  key: RequestKey,
): Promise<NumberedAccessRequest | DomainError> {
  const settled = await settleRequest(trx, caller, key);
  const transition = toggleFrom(settled.request.status);
  if (transition === undefined) return invalidTransition(settled.request, 'toggle');
  const refusal = transition.to === 'APPROVED' ? await refuseApproval(trx, settled) : undefined;
  return refusal ?? move(trx, caller, settled, transition);
}

// Takes the person's lock, then writes down what the clock has already ended.
async function settleRequest(trx: Trx, { principal }: PersonCaller, key: RequestKey): Promise<Settled> {
  const ledger = await lockLedger(trx, principal.userId);
  const found = ledger && (await findRequestOfPerson(trx, principal.userId, key, ledger.now));
  const consent = found && (await settleConsent(trx, ledger, found.categoryId));
  if (ledger === undefined || found === undefined || consent === undefined)
    throw new DomainError('NOT_FOUND');
  const request = (await findRequestOfPerson(trx, principal.userId, key, ledger.now)) ?? found;
  const ended = request.status === 'EXPIRED' && request.storedStatus !== 'EXPIRED';
  return {
    ledger,
    consent,
    request: ended ? await closeRequest(trx, ledger, request, 'EXPIRED', SYSTEM) : request,
  };
}

async function refuseApproval(
  trx: Trx,
  { ledger, consent, request }: Settled,
): Promise<DomainError | undefined> {
  if (!stands(consent, ledger.now)) return new DomainError('CONSENT_NOT_GRANTED');
  if (isOpen(request.status)) return undefined;
  const pastItsEnd = request.expiresAt !== null && request.expiresAt <= ledger.now;
  const other = await settleOpenRequest(trx, ledger, request);
  return pastItsEnd || other !== undefined ? invalidTransition(request, 'toggle') : undefined;
}

async function move(
  trx: Trx,
  { principal }: PersonCaller,
  { ledger, request }: Settled,
  { to, action }: Transition,
): Promise<NumberedAccessRequest> {
  const actor = { kind: 'person', id: principal.userId } as const;
  return toAccessRequest(await moveRequest(trx, ledger, request, to, action, actor));
}

function invalidTransition(request: AccessRequestRecord, step: string): DomainError {
  return new DomainError('INVALID_TRANSITION', {
    message: `A request that is ${request.status} does not allow "${step}" now.`,
  });
}
