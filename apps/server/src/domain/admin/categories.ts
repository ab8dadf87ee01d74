import { isDeepStrictEqual } from 'node:util';
import type {
  AdminCategory,
  CreateCategoryInput,
  Page,
  PageInput,
  UpdateCategoryInput,
} from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  type CategorySettings,
  findRoomForCategory,
  insertCategory,
  listCategorySettings,
  lockCategory,
  lockNewCategory,
  updateCategory,
} from '../../database/queries/categories.queries.ts';
import { insertNoticeVersion, listFieldsInUse } from '../../database/queries/notices.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { requireFields, requireRecordSchema } from '../consent/record-schema.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { listPage, numberKey } from '../paging.ts';
import { lockAdministrator } from './lock-account.ts';

const FIRST_VERSION = 1;

/** The categories as they are set up, in the order of their ids. */
export function listCategorySetup(db: Executor, input: PageInput | undefined): Promise<Page<AdminCategory>> {
  return listPage(input, {
    key: numberKey,
    read: ({ after = 0, limit }) => listCategorySettings(db, { after, limit }),
    keyOf: (category) => category.id,
    present: toAdminCategory,
  });
}

/**
 * Makes a category with version 1 of its notice. It is there for everybody at once.
 * @throws DomainError `INVALID_INPUT` on `key` for one that is taken, on `recordSchema` for what is none, on `fields`
 *   for what their source has not got; `FORBIDDEN`
 */
export async function createCategory(
  trx: Trx,
  caller: PersonCaller,
  { texts, ...input }: CreateCategoryInput,
): Promise<AdminCategory> {
  const { key, name, description, fields, recordSchema = null, noticeGraceDays = null } = input;
  if (recordSchema !== null) requireRecordSchema(recordSchema);
  requireFields(fields, recordSchema);
  await lockNewCategory(trx);
  await lockAdministrator(trx, caller);
  const { nextId: id, isTaken } = await findRoomForCategory(trx, key);
  if (isTaken) throw invalidField('key', 'There is a category with this key.');
  const details = { key, name, description, fields, recordSchema, noticeGraceDays };
  const category = { id, ...details, noticeVersion: FIRST_VERSION };
  await insertCategory(trx, category);
  const first = { categoryId: id, version: FIRST_VERSION };
  await insertNoticeVersion(trx, first, { fields, publishedAt: new Date(), texts });
  await recordAudit(trx, caller, 'category.created', { details: { ...first, key, fields } });
  return toAdminCategory(category);
}

/**
 * Changes what is said about a category, and what its records must fulfil; what it covers changes with a notice. What
 * changes nothing writes nothing.
 * @throws DomainError `INVALID_INPUT` on `recordSchema` for a category of the profile, for what is no schema, and for
 *   one without a field that a consent may still release; `NOT_FOUND`, `FORBIDDEN`
 */
export async function updateCategoryDetails(
  trx: Trx,
  caller: PersonCaller,
  { categoryId, ...input }: UpdateCategoryInput,
): Promise<AdminCategory> {
  const before = await lockCategoryAs(trx, caller, categoryId);
  if (input.recordSchema !== undefined) {
    if (before.recordSchema === null)
      throw invalidField('recordSchema', 'What this category releases is kept in the profile.');
    requireRecordSchema(input.recordSchema);
    requireFields(await listFieldsInUse(trx, categoryId, new Date()), input.recordSchema, 'recordSchema');
  }
  const changed = changesTo(before, input);
  if (changed.length === 0) return toAdminCategory(before);
  const after: CategorySettings = { ...before, ...Object.fromEntries(changed) };
  await updateCategory(trx, after);
  const { name, description, noticeGraceDays } = before;
  await recordAudit(trx, caller, 'category.updated', {
    details: {
      categoryId,
      changed: changed.map(([field]) => field),
      before: { name, description, noticeGraceDays },
    },
  });
  return toAdminCategory(after);
}

function changesTo(before: CategorySettings, input: Omit<UpdateCategoryInput, 'categoryId'>) {
  return Object.entries(input).filter(
    ([field, value]) => value !== undefined && !isDeepStrictEqual(value, before[field as keyof typeof input]),
  );
}

/**
 * Locks a category, and then the administrator who acts on it or its notices.
 * @throws DomainError `NOT_FOUND`, `FORBIDDEN`
 */
export async function lockCategoryAs(
  trx: Trx,
  caller: PersonCaller,
  categoryId: number,
): Promise<CategorySettings> {
  const category = await lockCategory(trx, categoryId);
  await lockAdministrator(trx, caller);
  if (category === undefined) throw new DomainError('NOT_FOUND');
  return category;
}

function toAdminCategory(category: CategorySettings): AdminCategory {
  return { ...category, source: category.recordSchema === null ? 'profile' : 'record' };
}
