import { type ErrorCode, type ReleasedData, toCanonicalJson } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';
import { findReleaseSource, saveRead } from '../../database/queries/releases.queries.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import type { OrganizationCaller } from '../caller.ts';
import { stands } from '../consent/consent-state.ts';
import { DomainError } from '../domain-error.ts';
import type { LockedLedger } from '../ledger/append-entry.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { readRecord } from '../profile/records.ts';
import { type Acting, actingAs } from './acting-as.ts';
import { moveRequest, requestDetails, SYSTEM } from './close-request.ts';
import { toAccessRequest } from './present-request.ts';
import { type SettledRequest, settleRequest } from './settle-request.ts';

/** Data that a person has let an organization read. */
export interface NumberedRelease {
  request: NumberedAccessRequest;
  data: ReleasedData;
  readAt: string;
  /** Of the data, for a repeated read: who has no master key cannot try data against it. */
  fingerprint: string;
}

/** What is kept of a release under an idempotency key. */
export type KeptRelease = Omit<NumberedRelease, 'data'>;

/** One read of one request. */
export interface Read {
  requestId: string;
  /** What it came to when it was made before, under an idempotency key. */
  before: KeptRelease | undefined;
}

/**
 * Releases a category's fields to the organization that asked for them, if the consent, the approval, its end and the
 * reads left allow it at this moment; counts the read, and writes it down in the person's ledger. A refusal is written
 * down, too.
 *
 * A repeated read gets the first answer again and is not counted, while nothing has ended and the data are the same.
 * Otherwise it is another read.
 * @returns a refusal to be thrown once the transaction is committed: `CONSENT_NOT_GRANTED`, `ACCESS_PENDING`,
 *   `ACCESS_DENIED`, `ACCESS_PAUSED`, `ACCESS_REVOKED`, `ACCESS_EXPIRED`, `ACCESS_EXHAUSTED`; `NOT_FOUND` for another
 *   organization's request, of which nothing is written
 */
export async function release(
  trx: Trx,
  envelope: Envelope,
  caller: OrganizationCaller,
  ledger: LockedLedger,
  { requestId, before }: Read,
): Promise<NumberedRelease | DomainError> {
  const settled = await settleRequest(trx, ledger, { id: requestId });
  if (settled?.request.organizationId !== caller.organization.id) return new DomainError('NOT_FOUND');
  const { request } = settled;
  const isOpen = request.status === 'APPROVED' || (before !== undefined && isLastRead(request, ledger.now));
  const data = isOpen ? await findData(trx, envelope, settled, ledger.now) : undefined;
  const fingerprints = data && fingerprintsOf(envelope, request, data);
  if (before !== undefined && data !== undefined && fingerprints?.includes(before.fingerprint)) {
    return { ...before, data };
  }
  const acting = actingAs(caller);
  const code = refusalOf(settled, ledger.now);
  if (code !== undefined || data === undefined || fingerprints === undefined) {
    return refuse(ledger, request, acting, code ?? 'CONSENT_NOT_GRANTED');
  }
  const after = await writeRead(trx, ledger, request, { acting, fields: Object.keys(data) });
  const readAt = ledger.now.toISOString();
  return { request: toAccessRequest(after), data, readAt, fingerprint: fingerprints[0] };
}

/** What the person's consent releases at this moment; nothing where it does not stand, or its owner cannot end it. */
async function findData(
  trx: Trx,
  envelope: Envelope,
  { consent, request }: SettledRequest,
  now: Date,
): Promise<ReleasedData | undefined> {
  const { userId, categoryId } = request;
  const source = stands(consent, now) ? await findReleaseSource(trx, { userId, categoryId }) : undefined;
  if (source?.disabledAt !== null || consent.agreedFields === null) return undefined;
  const found: ReleasedData = source.fromRecord
    ? ((await readRecord(trx, envelope, userId, categoryId))?.data ?? {})
    : source.profile;
  return Object.fromEntries(
    consent.agreedFields.map((name) => [name, Object.hasOwn(found, name) ? (found[name] ?? null) : null]),
  );
}

function fingerprintsOf(
  envelope: Envelope,
  request: AccessRequestRecord,
  data: ReleasedData,
): [string, ...string[]] {
  return envelope.fingerprints(`release ${request.id} ${toCanonicalJson(data)}`);
}

// The last read has closed its request, and the request's own end may have come since.
function isLastRead({ status, expiresAt }: AccessRequestRecord, now: Date): boolean {
  return status === 'EXHAUSTED' && (expiresAt === null || expiresAt > now);
}

const REFUSALS = {
  PENDING: 'ACCESS_PENDING',
  DENIED: 'ACCESS_DENIED',
  PAUSED: 'ACCESS_PAUSED',
  REVOKED: 'ACCESS_REVOKED',
  EXPIRED: 'ACCESS_EXPIRED',
  EXHAUSTED: 'ACCESS_EXHAUSTED',
} as const satisfies Record<string, ErrorCode>;

/** Why a request in its status releases nothing; nothing where it may. */
function refusalOf({ consent, request: { status } }: SettledRequest, now: Date): ErrorCode | undefined {
  // The end of a consent ends its requests: then asking again would not help, and the organization is told so.
  if (status === 'REVOKED' && !stands(consent, now)) return 'CONSENT_NOT_GRANTED';
  return status === 'APPROVED' ? undefined : REFUSALS[status];
}

async function refuse(
  ledger: LockedLedger,
  request: AccessRequestRecord,
  acting: Acting,
  code: ErrorCode,
): Promise<DomainError> {
  await ledger.append({
    action: 'ACCESS_REFUSED',
    ...acting,
    categoryId: request.categoryId,
    request,
    details: { ...requestDetails(request, request.status), reason: code },
  });
  return new DomainError(code);
}

async function writeRead(
  trx: Trx,
  ledger: LockedLedger,
  before: AccessRequestRecord,
  { acting, fields }: { acting: Acting; fields: string[] },
): Promise<AccessRequestRecord> {
  const reads = before.reads + 1;
  const request = { ...before, reads, lastReadAt: ledger.now };
  await saveRead(trx, request.id, request);
  await ledger.append({
    action: 'ACCESS_READ',
    ...acting,
    categoryId: request.categoryId,
    request,
    details: { ...requestDetails(before, before.status), fields, reads },
  });
  return reads === request.maxReads
    ? moveRequest(trx, ledger, request, 'EXHAUSTED', 'ACCESS_EXHAUSTED', SYSTEM)
    : request;
}
