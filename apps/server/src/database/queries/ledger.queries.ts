import { type Json, LEDGER_ACTIONS, type LedgerAction, type LedgerEntry } from '@truconn/contract';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';
import { KEEP_NOTICES } from './notices-lock.ts';

/** Begins a person's chain. */
export async function insertLedgerHead(trx: Trx, personId: string, at: Date, hash: string): Promise<void> {
  await trx.insertInto('ledger_heads').values({ person_id: personId, seq: 0, at, hash }).execute();
}

/** Where a person's chain ends. */
export interface LedgerHead {
  personId: string;
  seq: number;
  at: Date;
  hash: string;
}

/**
 * Takes the person's lock. Every transaction that changes a person's consents or requests takes
 * this one first, so all of them happen one after the other and none can deadlock. No notice is
 * withdrawn while somebody holds it, either: what was read of a consent stays true.
 */
export async function lockLedgerHead(trx: Trx, personId: string): Promise<LedgerHead | undefined> {
  const query = trx
    .selectFrom(selectHeads(trx).where('person_id', '=', personId).forUpdate().as('head'))
    .select(['personId', 'seq', 'at', 'hash', KEEP_NOTICES.as('kept')]);
  const [head] = await runByName(trx, 'ledger_head_lock', query.compile());
  return head;
}

/** Takes the locks of several people, in the order of their ids. */
export async function lockLedgerHeads(trx: Trx, personIds: readonly string[]): Promise<LedgerHead[]> {
  return (
    trx
      .with('head', () =>
        selectHeads(trx).where('person_id', 'in', personIds).orderBy('person_id').forUpdate(),
      )
      // Counted, so that all of them are locked before the notices are kept: rows come one by one.
      .with('all_heads', (db) => db.selectFrom('head').select(({ fn }) => fn.countAll().as('count')))
      .with('kept_notices', (db) => db.selectFrom('all_heads').select(KEEP_NOTICES.as('kept')))
      .selectFrom(['head', 'kept_notices'])
      .select(['personId', 'seq', 'at', 'hash'])
      .execute()
  );
}

function selectHeads(trx: Trx) {
  return trx.selectFrom('ledger_heads').select(['person_id as personId', 'seq', 'at', 'hash']);
}

/** Writes one entry, its erasable details and the new head, in one round trip. */
export async function insertLedgerEntry(trx: Trx, personId: string, entry: LedgerEntry): Promise<void> {
  const at = new Date(entry.at);
  const query = trx
    .with('entry', (db) =>
      db.insertInto('ledger_entries').values({
        person_id: personId,
        seq: entry.seq,
        at,
        action: entry.action,
        actor_kind: entry.actor.kind,
        actor_id: entry.actor.id,
        category_id: entry.categoryId,
        request_id: entry.requestId,
        details_hash: entry.detailsHash,
        prev_hash: entry.prevHash,
        hash: entry.hash,
      }),
    )
    .with('details', (db) =>
      db.insertInto('ledger_details').values({
        person_id: personId,
        seq: entry.seq,
        salt: Buffer.from(entry.salt ?? '', 'hex'),
        details: JSON.stringify(entry.details),
      }),
    )
    .updateTable('ledger_heads')
    .set({ seq: entry.seq, at, hash: entry.hash })
    .where('person_id', '=', personId);
  await runByName(trx, 'ledger_entry_insert', query.compile());
}

function selectEntries(db: Executor, personId: string) {
  return db
    .selectFrom('ledger_entries as entry')
    .leftJoin('ledger_details as erasable', (join) =>
      join.onRef('erasable.person_id', '=', 'entry.person_id').onRef('erasable.seq', '=', 'entry.seq'),
    )
    .select([
      'entry.seq',
      'entry.at',
      'entry.action',
      'entry.actor_kind',
      'entry.actor_id',
      'entry.category_id',
      'entry.request_id',
      'entry.details_hash',
      'entry.prev_hash',
      'entry.hash',
      'erasable.details',
      'erasable.salt',
    ])
    .where('entry.person_id', '=', personId);
}

/** A stretch of a person's chain, oldest first. */
export async function listLedgerEntries(
  db: Executor,
  personId: string,
  page: { after: number; limit: number },
) {
  const rows = await selectEntries(db, personId)
    .where('entry.seq', '>', page.after)
    .orderBy('entry.seq')
    .limit(page.limit)
    .execute();
  return rows.map(toLedgerEntry);
}

/** What an entry is about: a consent to a category, or a request on it. */
export interface EntryScope {
  categoryId: number;
  /** Null for the consent itself. */
  requestId: string | null;
}

/** The last entry of some actions, or the one with this number if it is such a one. */
export async function findLastEntry(
  db: Executor,
  personId: string,
  { categoryId, requestId }: EntryScope,
  { actions, seq }: { actions: readonly LedgerAction[]; seq: number | undefined },
): Promise<LedgerEntry | undefined> {
  const row = await selectEntries(db, personId)
    .where('entry.category_id', '=', categoryId)
    .where('entry.request_id', requestId === null ? 'is' : '=', requestId)
    .where('entry.action', 'in', actions)
    .$if(seq !== undefined, (query) => query.where('entry.seq', '=', seq as number))
    .orderBy('entry.seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toLedgerEntry(row);
}

const CONSENT_ACTIONS = LEDGER_ACTIONS.filter((action) => action.startsWith('CONSENT_'));

/** A change of consent with the category's name as it is now. */
export interface ConsentEntry {
  seq: number;
  at: Date;
  action: LedgerAction;
  categoryId: number;
  key: string;
  name: string;
  details: { [key: string]: Json } | null;
}

/** Changes of consent, newest first. */
export async function listConsentEntries(
  db: Executor,
  personId: string,
  page: { before: number | undefined; limit: number; categoryId: number | undefined },
): Promise<ConsentEntry[]> {
  return db
    .selectFrom('ledger_entries as entry')
    .innerJoin('categories as category', 'category.id', 'entry.category_id')
    .leftJoin('ledger_details as erasable', (join) =>
      join.onRef('erasable.person_id', '=', 'entry.person_id').onRef('erasable.seq', '=', 'entry.seq'),
    )
    .select([
      'entry.seq',
      'entry.at',
      'entry.action',
      'category.id as categoryId',
      'category.key',
      'category.name',
      'erasable.details',
    ])
    .where('entry.person_id', '=', personId)
    .where('entry.action', 'in', CONSENT_ACTIONS)
    .$if(page.before !== undefined, (query) => query.where('entry.seq', '<', page.before as number))
    .$if(page.categoryId !== undefined, (query) =>
      query.where('entry.category_id', '=', page.categoryId as number),
    )
    .orderBy('entry.seq', 'desc')
    .limit(page.limit)
    .execute();
}

type EntryRow = Awaited<ReturnType<ReturnType<typeof selectEntries>['execute']>>[number];

function toLedgerEntry(row: EntryRow): LedgerEntry {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    action: row.action,
    actor: { kind: row.actor_kind, id: row.actor_id },
    categoryId: row.category_id,
    requestId: row.request_id,
    details: row.details,
    salt: row.salt?.toString('hex') ?? null,
    detailsHash: row.details_hash,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

/** Erases what a person's entries say, and leaves the chain. */
export async function deleteLedgerDetails(trx: Trx, personId: string): Promise<void> {
  await trx.deleteFrom('ledger_details').where('person_id', '=', personId).execute();
}
