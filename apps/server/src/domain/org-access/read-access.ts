import type { ItemList, ReadItem } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { findRequestSubjects, type RequestSubject } from '../../database/queries/releases.queries.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import type { OrganizationCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { outcomeBefore } from '../idempotency/kept-outcomes.ts';
import { lockLedger, lockLedgers } from '../ledger/append-entry.ts';
import type { Limits } from '../limits.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { requireCategory } from './api-key-rights.ts';
import { ownRefusal, toOutcome } from './many.ts';
import { type NumberedRelease, release } from './release.ts';

/** A request, and what it asks for. */
export interface WantedRead {
  requestId: string;
  /** Nothing, where the caller's organization has no such request. */
  subject: RequestSubject | undefined;
}

export type NumberedReadItem = ReadItem & { request: NumberedAccessRequest | null };

/** What these requests of the caller's organization ask for, in the same order. */
export async function findWantedReads(
  db: Executor,
  { organization }: OrganizationCaller,
  requestIds: readonly string[],
): Promise<WantedRead[]> {
  const subjects = await findRequestSubjects(db, organization.id, requestIds);
  return requestIds.map((requestId) => ({ requestId, subject: subjects.get(requestId) }));
}

/**
 * Counts a read before it takes its turn: each is written into the person's ledger, whatever comes of it. What the
 * caller's API key is not for is refused before, and written into none.
 * @throws DomainError `FORBIDDEN`, `RATE_LIMITED`
 */
export async function chargeRead(
  limits: Limits,
  caller: OrganizationCaller,
  { personId, categoryId }: RequestSubject,
): Promise<void> {
  requireCategory(caller, categoryId);
  await limits.charge(caller, 'access_read', `${caller.organization.id}:${personId}`);
}

/**
 * Reads what one person has released: see `release`. Repeated under an idempotency key, it is judged anew and not
 * counted again.
 * @returns a refusal to be thrown once the transaction is committed
 */
export async function readAccess(
  trx: Trx,
  envelope: Envelope,
  caller: OrganizationCaller,
  { requestId, personId }: { requestId: string; personId: string },
): Promise<NumberedRelease | DomainError> {
  const ledger = await lockLedger(trx, personId);
  if (ledger === undefined) return new DomainError('NOT_FOUND');
  const repeated = outcomeBefore(trx) !== undefined;
  return release(trx, envelope, caller, ledger, { requestId, repeated });
}

/** One of many reads; `refusal` is what it met before its turn. */
export type CountedRead = WantedRead & { refusal: DomainError | undefined };

/** Counts each of many reads; what is one too many is refused alone. */
export async function chargeReads(
  limits: Limits,
  caller: OrganizationCaller,
  reads: readonly WantedRead[],
): Promise<CountedRead[]> {
  const counted: CountedRead[] = [];
  for (const read of reads) {
    const { subject } = read;
    const charged =
      subject === undefined
        ? new DomainError('NOT_FOUND')
        : await ownRefusal(() => chargeRead(limits, caller, subject));
    counted.push({ ...read, refusal: charged instanceof DomainError ? charged : undefined });
  }
  return counted;
}

/** Reads what many people have released, in one transaction; each is released or refused as it would be alone. */
export async function readManyAccesses(
  trx: Trx,
  envelope: Envelope,
  caller: OrganizationCaller,
  reads: readonly CountedRead[],
): Promise<ItemList<NumberedReadItem>> {
  const ledgers = await lockLedgers(trx, personsOf(reads));
  const before = outcomeBefore(trx) as ItemList<ReadItem> | undefined;
  const items: NumberedReadItem[] = [];
  for (const [index, { requestId, subject, refusal }] of reads.entries()) {
    const earlier = before?.items[index];
    const ledger = ledgers.get(subject?.personId ?? '');
    if (earlier?.error) items.push({ ...earlier, request: null, data: null });
    else if (refusal !== undefined || ledger === undefined)
      items.push(toItem(requestId, refusal ?? new DomainError('NOT_FOUND')));
    else {
      const repeated = earlier !== undefined;
      items.push(toItem(requestId, await release(trx, envelope, caller, ledger, { requestId, repeated })));
    }
  }
  return { items };
}

function personsOf(reads: readonly CountedRead[]): string[] {
  const judged = reads.filter(({ refusal }) => refusal === undefined);
  return [...new Set(judged.flatMap(({ subject }) => subject?.personId ?? []))];
}

function toItem(requestId: string, released: NumberedRelease | DomainError): NumberedReadItem {
  const { result, error } = toOutcome(released);
  const { request = null, data = null, readAt = null } = result ?? {};
  return { requestId, request, data, readAt, error };
}
