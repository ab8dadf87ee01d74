import { z } from 'zod';
import type { Json } from './ledger.ts';
import { categoryIdSchema } from './text.ts';

/** How large a record may be: bytes of its RFC 8785 JSON in UTF-8. */
export const RECORD_MAX_BYTES = 64 * 1024;

/** A JSON Schema (draft 2020-12) of an object: what a record of one category must fulfil. */
export interface RecordSchema {
  type: 'object';
  properties: { [field: string]: { [keyword: string]: Json } };
  [keyword: string]: Json;
}

/** What a person keeps in a category whose fields do not come from the profile. */
export interface PersonRecord {
  categoryId: number;
  /** `null` where there is no record. */
  data: { [field: string]: Json } | null;
  /** ISO 8601, UTC; `null` where there is no record. */
  updatedAt: string | null;
}

/** What `profile.records.set` takes. */
export interface SetRecordInput {
  /** `Category.id`. */
  categoryId: number;
  /** The whole record, in place of the one before; `null` removes it. */
  data: { [field: string]: Json } | null;
}

const dataSchema = z.record(z.string(), z.json()).nullable();

export const personRecordSchema: z.ZodType<PersonRecord> = z.object({
  categoryId: z.int(),
  data: dataSchema,
  updatedAt: z.string().nullable(),
});

export const setRecordInputSchema: z.ZodType<SetRecordInput, SetRecordInput> = z.strictObject({
  categoryId: categoryIdSchema,
  data: dataSchema,
});
