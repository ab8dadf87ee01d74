import { type Json, type PersonRecord, type SetRecordInput, toCanonicalJson } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  deleteRecord,
  findRecord,
  findRecordSchema,
  saveRecord,
} from '../../database/queries/records.queries.ts';
import { recordContext } from '../../encryption/contexts.ts';
import { type Envelope, open, seal } from '../../encryption/envelope.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { outcomeBefore } from '../idempotency/kept-outcomes.ts';
import { type LockedLedger, lockLedger } from '../ledger/append-entry.ts';
import type { Limits } from '../limits.ts';
import { checkRecord } from './check-record.ts';
import { haveRecordKey, unwrapRecordKey } from './record-key.ts';

type RecordData = { [field: string]: Json };

/**
 * Counts a change of a record before it takes its turn.
 * @throws DomainError `RATE_LIMITED`
 */
export async function chargeRecord(limits: Limits, caller: PersonCaller): Promise<void> {
  await limits.charge(caller, 'record', caller.principal.userId);
}

/**
 * The person's own record of a category.
 * @throws DomainError `NOT_FOUND` for an unknown category, `INVALID_INPUT` for one whose fields are the profile's
 */
export async function getOwnRecord(
  db: Executor,
  envelope: Envelope,
  { principal }: PersonCaller,
  categoryId: number,
): Promise<PersonRecord> {
  await requireRecordSchema(db, categoryId);
  const found = await readRecord(db, envelope, principal.userId, categoryId);
  return { categoryId, data: found?.data ?? null, updatedAt: found?.updatedAt.toISOString() ?? null };
}

/**
 * Writes the person's own record of a category in place of the one before, encrypted with their key; `null` removes
 * it. Repeated under an idempotency key it writes nothing, and answers what the first call wrote.
 * @throws DomainError `NOT_FOUND` for an unknown category; `INVALID_INPUT` for one whose fields are the profile's, and
 *   on each path where the data breaks the category's schema; `PAYLOAD_TOO_LARGE`
 */
export async function setOwnRecord(
  trx: Trx,
  envelope: Envelope,
  { principal }: PersonCaller,
  { categoryId, data }: SetRecordInput,
): Promise<PersonRecord> {
  // The same key stands for the same input, so what the first call wrote is at hand.
  const before = outcomeBefore(trx) as PersonRecord | undefined;
  if (before !== undefined) return { ...before, data };
  const schema = await requireRecordSchema(trx, categoryId);
  if (data !== null) checkRecord(schema, data);
  const ledger = await lockLedger(trx, principal.userId);
  if (ledger === undefined) throw new Error('unreachable: the session belongs to this person');
  if (data === null) await deleteRecord(trx, principal.userId, categoryId);
  else await writeRecord(trx, envelope, ledger, { categoryId, data });
  return { categoryId, data, updatedAt: data === null ? null : ledger.now.toISOString() };
}

/**
 * A person's record of one category, whoever asks: the caller has judged who may.
 * @returns nothing where there is none, and where the key that opens it is gone: then it has been erased
 */
export async function readRecord(
  db: Executor,
  envelope: Envelope,
  userId: string,
  categoryId: number,
): Promise<{ data: RecordData; updatedAt: Date } | undefined> {
  const found = await findRecord(db, userId, categoryId);
  if (found === undefined) return undefined;
  const key = unwrapRecordKey(envelope, userId, found.key);
  const text = open(key.bytes, found, recordContext(userId, categoryId)).toString('utf8');
  // What opens is what `writeRecord` has sealed.
  return { data: JSON.parse(text) as RecordData, updatedAt: found.updatedAt };
}

async function writeRecord(
  trx: Trx,
  envelope: Envelope,
  ledger: LockedLedger,
  { categoryId, data }: { categoryId: number; data: RecordData },
): Promise<void> {
  const { personId, now } = ledger;
  const key = await haveRecordKey(trx, envelope, ledger);
  const sealed = seal(key.bytes, Buffer.from(toCanonicalJson(data)), recordContext(personId, categoryId));
  await saveRecord(trx, personId, { ...sealed, categoryId, keyId: key.id, updatedAt: now });
}

async function requireRecordSchema(db: Executor, categoryId: number) {
  const category = await findRecordSchema(db, categoryId);
  if (category === undefined) throw new DomainError('NOT_FOUND');
  if (category.recordSchema !== null) return category.recordSchema;
  throw invalidField('categoryId', 'What this category releases is kept in the profile: see profile.update.');
}
