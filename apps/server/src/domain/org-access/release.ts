import type { ErrorCode, ReleasedData } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';
import { findReleaseSource, type ReleaseSource, saveRead } from '../../database/queries/releases.queries.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import type { OrganizationCaller } from '../caller.ts';
import { stands } from '../consent/consent-state.ts';
import { DomainError } from '../domain-error.ts';
import type { LockedLedger, NewEntry } from '../ledger/append-entry.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { readRecord } from '../profile/records.ts';
import { moveRequest, requestDetails, SYSTEM } from './close-request.ts';
import { toAccessRequest } from './present-request.ts';
import { type SettledRequest, settleRequest } from './settle-request.ts';

/** Data that a person has let an organization read. */
export interface NumberedRelease {
  request: NumberedAccessRequest;
  data: ReleasedData;
  readAt: string;
}

/** One read of one request. */
export interface Read {
  requestId: string;
  /** It was made before, under an idempotency key: it is judged anew, and counts once. */
  repeated: boolean;
}

/**
 * Releases a category's fields to the organization that asked for them, if the consent, the approval, its end and the
 * reads left allow it at this moment; counts the read, and writes it down in the person's ledger. A refusal is written
 * down, too.
 * @returns a refusal to be thrown once the transaction is committed: `CONSENT_NOT_GRANTED`, `ACCESS_PENDING`,
 *   `ACCESS_DENIED`, `ACCESS_PAUSED`, `ACCESS_REVOKED`, `ACCESS_EXPIRED`, `ACCESS_EXHAUSTED`; `NOT_FOUND` for another
 *   organization's request, of which nothing is written
 */
export async function release(
  trx: Trx,
  envelope: Envelope,
  { organization }: Pick<OrganizationCaller, 'organization'>,
  ledger: LockedLedger,
  read: Read,
): Promise<NumberedRelease | DomainError> {
  const settled = await settleRequest(trx, ledger, { id: read.requestId });
  if (settled?.request.organizationId !== organization.id) return new DomainError('NOT_FOUND');
  const { request } = settled;
  const { personId: userId } = ledger;
  const source = await findReleaseSource(trx, { userId, categoryId: request.categoryId });
  const actor = { kind: 'organization', id: organization.id } as const;
  const code = refusalOf(settled, source, ledger.now, read);
  // Without a source there is a refusal; the compiler cannot see that.
  if (code !== undefined || source === undefined) return refuse(ledger, request, actor, code);
  const data = await collect(trx, envelope, request, source);
  const after = await writeRead(trx, ledger, request, { actor, fields: Object.keys(data), read });
  return { request: toAccessRequest(after), data, readAt: ledger.now.toISOString() };
}

const REFUSALS = {
  PENDING: 'ACCESS_PENDING',
  DENIED: 'ACCESS_DENIED',
  PAUSED: 'ACCESS_PAUSED',
  REVOKED: 'ACCESS_REVOKED',
  EXPIRED: 'ACCESS_EXPIRED',
  EXHAUSTED: 'ACCESS_EXHAUSTED',
} as const satisfies Record<string, ErrorCode>;

/** Why nothing is released; nothing where all of it holds. */
function refusalOf(
  { consent, request }: SettledRequest,
  source: ReleaseSource | undefined,
  now: Date,
  { repeated }: Read,
): ErrorCode | undefined {
  const { status, expiresAt } = request;
  const consents = stands(consent, now) && source?.disabledAt === null && source.fields !== null;
  // The end of a consent ends its requests: then asking again would not help, and the organization is told so.
  if (status === 'REVOKED' && !consents) return 'CONSENT_NOT_GRANTED';
  // The last read, repeated: what ends its request may have happened since, and no status says so any more.
  if (status === 'EXHAUSTED' && repeated && expiresAt !== null && expiresAt <= now) return 'ACCESS_EXPIRED';
  const isOpen = status === 'APPROVED' || (status === 'EXHAUSTED' && repeated);
  if (!isOpen) return REFUSALS[status];
  return consents ? undefined : 'CONSENT_NOT_GRANTED';
}

async function refuse(
  ledger: LockedLedger,
  request: AccessRequestRecord,
  actor: NewEntry['actor'],
  code: ErrorCode = 'CONSENT_NOT_GRANTED',
): Promise<DomainError> {
  await ledger.append({
    action: 'ACCESS_REFUSED',
    actor,
    categoryId: request.categoryId,
    request,
    details: { ...requestDetails(request, request.status), reason: code },
  });
  return new DomainError(code);
}

async function collect(
  trx: Trx,
  envelope: Envelope,
  { userId, categoryId }: AccessRequestRecord,
  { fields, fromRecord, profile }: ReleaseSource,
): Promise<ReleasedData> {
  const found: ReleasedData = fromRecord
    ? ((await readRecord(trx, envelope, userId, categoryId))?.data ?? {})
    : profile;
  const names = fields ?? [];
  return Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(found, name) ? (found[name] ?? null) : null]),
  );
}

async function writeRead(
  trx: Trx,
  ledger: LockedLedger,
  before: AccessRequestRecord,
  { actor, fields, read }: { actor: NewEntry['actor']; fields: string[]; read: Read },
): Promise<AccessRequestRecord> {
  const reads = read.repeated ? before.reads : before.reads + 1;
  const request = { ...before, reads, lastReadAt: ledger.now };
  await saveRead(trx, request.id, request);
  await ledger.append({
    action: 'ACCESS_READ',
    actor,
    categoryId: request.categoryId,
    request,
    details: { ...requestDetails(before, before.status), fields, reads, repeated: read.repeated },
  });
  const isLast = !read.repeated && reads === request.maxReads;
  return isLast ? moveRequest(trx, ledger, request, 'EXHAUSTED', 'ACCESS_EXHAUSTED', SYSTEM) : request;
}
