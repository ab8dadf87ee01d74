import { createHash, randomBytes } from 'node:crypto';
import {
  entryPreimage,
  GENESIS_HASH,
  type Json,
  type LedgerAction,
  type LedgerActor,
  type OrganizationActor,
  toCanonicalJson,
} from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import {
  insertLedgerEntry,
  insertLedgerHead,
  type LedgerHead,
  lockLedgerHead,
  lockLedgerHeads,
} from '../../database/queries/ledger.queries.ts';
import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';
import { noteOrganizationEvent, notePersonEvent } from '../../database/transaction-end.ts';

const SALT_BYTES = 16;

/** What an entry remembers of a request, and what its organization is told. */
export type EntryRequest = Pick<
  AccessRequestRecord,
  'id' | 'organizationId' | 'status' | 'decidedAt' | 'reads'
>;

/** What an entry says; number, time and hashes are the ledger's matter. */
export interface NewEntry {
  action: LedgerAction;
  actor: LedgerActor;
  /** Who acted for the organization: it alone is told, and the entry does not have it. */
  by?: OrganizationActor;
  categoryId: number | null;
  /** The request that it is about, as it stands now; its organization is told. */
  request: EntryRequest | null;
  /** Erasable: names, purposes, before and after. */
  details: { [key: string]: Json };
}

/**
 * A person's ledger, locked until the transaction ends. Whoever holds it is alone in changing that
 * person's consents and access requests.
 */
export interface LockedLedger {
  personId: string;
  /** Read after the lock was had, and never before the last entry's time. */
  now: Date;
  append(entry: NewEntry): Promise<void>;
}

/** Begins the ledger of a person just made. */
export async function beginLedger(trx: Trx, personId: string): Promise<void> {
  await insertLedgerHead(trx, personId, new Date(), GENESIS_HASH);
}

/** @returns nothing for a person who does not exist */
export async function lockLedger(trx: Trx, personId: string): Promise<LockedLedger | undefined> {
  const head = await lockLedgerHead(trx, personId);
  return head && openLedger(trx, head);
}

/**
 * Locks the ledgers of several people, in the order of their ids: whoever locks more than one takes them so, and so
 * nobody waits in a circle.
 * @returns by person; nothing for one who does not exist
 */
export async function lockLedgers(
  trx: Trx,
  personIds: readonly string[],
): Promise<Map<string, LockedLedger>> {
  const heads = personIds.length === 0 ? [] : await lockLedgerHeads(trx, personIds);
  return new Map(heads.map((head) => [head.personId, openLedger(trx, head)]));
}

function openLedger(trx: Trx, head: LedgerHead): LockedLedger {
  const { personId } = head;
  const now = new Date(Math.max(Date.now(), head.at.getTime()));
  let { seq, hash } = head;
  return {
    personId,
    now,
    async append(entry) {
      seq += 1;
      const chained = chain(entry, seq, hash, now);
      hash = chained.hash;
      await insertLedgerEntry(trx, personId, chained);
      notePersonEvent(trx, personId);
      if (entry.request !== null) tellOrganization(trx, entry.request, entry, now);
    },
  };
}

function tellOrganization(trx: Trx, request: EntryRequest, { action, actor, by }: NewEntry, at: Date): void {
  const { id: requestId, organizationId, status, decidedAt, reads } = request;
  noteOrganizationEvent(trx, {
    organizationId,
    at,
    action,
    actor,
    by: by ?? null,
    requestId,
    status,
    decidedAt,
    reads,
  });
}

function chain({ request, by: _untold, ...entry }: NewEntry, seq: number, prevHash: string, now: Date) {
  const salt = randomBytes(SALT_BYTES);
  const detailsHash = sha256(salt, toCanonicalJson(entry.details));
  const unhashed = {
    ...entry,
    requestId: request?.id ?? null,
    seq,
    at: now.toISOString(),
    detailsHash,
    prevHash,
  };
  return { ...unhashed, salt: salt.toString('hex'), hash: sha256(entryPreimage(unhashed)) };
}

function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
