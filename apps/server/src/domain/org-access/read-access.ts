import type { ItemList, ReadItem } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { findRequestSubjects, type RequestSubject } from '../../database/queries/releases.queries.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import type { OrganizationCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { outcomeBefore } from '../idempotency/kept-outcomes.ts';
import { type LockedLedger, lockLedger, lockLedgers } from '../ledger/append-entry.ts';
import type { Limits } from '../limits.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { requireCategory } from './api-key-rights.ts';
import { isFinal, ownRefusal, toOutcome } from './many.ts';
import { type KeptRelease, type NumberedRelease, release } from './release.ts';

/** A request, and what it asks for. */
export interface WantedRead {
  requestId: string;
  /** Nothing, where the caller's organization has no such request. */
  subject: RequestSubject | undefined;
}

export type NumberedReadItem = ReadItem &
  Pick<Partial<KeptRelease>, 'fingerprint'> & { request: NumberedAccessRequest | null };

/** What is kept of it under an idempotency key. */
type KeptReadItem = Omit<NumberedReadItem, 'data'>;

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
 * Reads what one person has released: see `release`.
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
  const before = outcomeBefore(trx) as KeptRelease | undefined;
  return release(trx, envelope, caller, ledger, { requestId, before });
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

/**
 * Reads what many people have released, in one transaction; each is released or refused as it would be alone. Repeated
 * under an idempotency key, what was refused stays so, unless it was only too many at a time.
 */
export async function readManyAccesses(
  trx: Trx,
  envelope: Envelope,
  caller: OrganizationCaller,
  reads: readonly CountedRead[],
): Promise<ItemList<NumberedReadItem>> {
  const ledgers = await lockLedgers(trx, personsOf(reads));
  const kept = outcomeBefore(trx) as ItemList<KeptReadItem> | undefined;
  const items: NumberedReadItem[] = [];
  for (const [index, read] of reads.entries()) {
    const before = kept?.items[index];
    const ledger = ledgers.get(read.subject?.personId ?? '');
    const { requestId } = read;
    if (before?.error && isFinal(before)) items.push({ ...before, data: null });
    else items.push(toItem(requestId, await readOne(trx, envelope, caller, { read, before, ledger })));
  }
  return { items };
}

async function readOne(
  trx: Trx,
  envelope: Envelope,
  caller: OrganizationCaller,
  {
    read,
    before,
    ledger,
  }: { read: CountedRead; before: KeptReadItem | undefined; ledger: LockedLedger | undefined },
): Promise<NumberedRelease | DomainError> {
  const released = toKeptRelease(before);
  // What was released before has been counted already.
  if (read.refusal !== undefined && released === undefined) return read.refusal;
  if (ledger === undefined) return new DomainError('NOT_FOUND');
  return release(trx, envelope, caller, ledger, { requestId: read.requestId, before: released });
}

// Of those that the call's limit refuses, too: what they have released before is not counted again.
function personsOf(reads: readonly CountedRead[]): string[] {
  return [...new Set(reads.flatMap(({ subject }) => subject?.personId ?? []))];
}

function toKeptRelease(before: KeptReadItem | undefined): KeptRelease | undefined {
  const { request, readAt, fingerprint } = before ?? {};
  return request && readAt && fingerprint ? { request, readAt, fingerprint } : undefined;
}

function toItem(requestId: string, released: NumberedRelease | DomainError): NumberedReadItem {
  const { result, error } = toOutcome(released);
  return { requestId, request: null, data: null, readAt: null, ...result, error };
}
