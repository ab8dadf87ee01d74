import type { DecideInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import type { AccessRequestRecord, RequestKey } from '../../database/queries/org-access.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { stands } from '../consent/consent-state.ts';
import { DomainError } from '../domain-error.ts';
import { type LockedLedger, lockLedger } from '../ledger/append-entry.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { moveRequest, settleOpenRequest } from './close-request.ts';
import { toAccessRequest } from './present-request.ts';
import { type SettledRequest, settleRequest } from './settle-request.ts';
import { decisionFrom, isOpen, type Transition, toggleFrom } from './transitions.ts';

type Settled = SettledRequest & { ledger: LockedLedger };

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
  const settled = await lockRequest(trx, caller, { id: input.requestId });
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
  const settled = await lockRequest(trx, caller, key);
  const transition = toggleFrom(settled.request.status);
  if (transition === undefined) return invalidTransition(settled.request, 'toggle');
  const refusal = transition.to === 'APPROVED' ? await refuseApproval(trx, settled) : undefined;
  return refusal ?? move(trx, caller, settled, transition);
}

async function lockRequest(trx: Trx, { principal }: PersonCaller, key: RequestKey): Promise<Settled> {
  const ledger = await lockLedger(trx, principal.userId);
  const settled = ledger && (await settleRequest(trx, ledger, key));
  if (ledger === undefined || settled === undefined) throw new DomainError('NOT_FOUND');
  return { ...settled, ledger };
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
