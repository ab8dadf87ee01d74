import { z } from 'zod';
import { type NoticeTextsInput, noticeFieldsSchema, noticeTextsInputSchema } from './notices.ts';
import type { RecordSchema } from './records.ts';
import { categoryIdSchema, lineSchema, textSchema } from './text.ts';

/** Where a category's fields come from. */
export const CATEGORY_SOURCES = ['profile', 'record'] as const;
/** Where a category's fields come from: the person's profile, or a record that they keep. */
export type CategorySource = (typeof CATEGORY_SOURCES)[number];

/** How large the JSON Schema of a category may be: bytes of its JSON in UTF-8. */
export const RECORD_SCHEMA_MAX_BYTES = 32 * 1024;

/** A category as administrators see it. */
export interface AdminCategory {
  id: number;
  key: string;
  name: string;
  description: string;
  /** What the current notice covers. */
  fields: string[];
  source: CategorySource;
  /** What a record must fulfil; `null` where the fields come from the profile. */
  recordSchema: RecordSchema | null;
  /** The current one. */
  noticeVersion: number;
  /**
   * How many days consents to older versions stand after a new one is published; `null`: until an administrator
   * withdraws those versions.
   */
  noticeGraceDays: number | null;
}

/** What `admin.categories.create` takes. */
export interface CreateCategoryInput {
  /** A short name for programs: 2 to 50 small letters, digits, `_` and `-`, a letter first. It never changes. */
  key: string;
  /** At most 100 characters. */
  name: string;
  /** At most 1,000 characters. */
  description: string;
  /** Fields of the profile; with a `recordSchema`, properties of that. 1 to 50. */
  fields: string[];
  /** A JSON Schema (draft 2020-12) that each record must fulfil, at most 32 KiB; without it the profile is the source. */
  recordSchema?: RecordSchema | undefined;
  /** 0 to 3,650; `null` unless told. */
  noticeGraceDays?: number | null | undefined;
  /** Version 1 of the notice. */
  texts: NoticeTextsInput;
}

/** What `admin.categories.update` takes. What is left out stays. */
export interface UpdateCategoryInput {
  /** `Category.id`. */
  categoryId: number;
  name?: string | undefined;
  description?: string | undefined;
  /** Counts for versions published from now on; 0 to 3,650, or `null`. */
  noticeGraceDays?: number | null | undefined;
  /** Only for a category of records; has all fields that consents still release. */
  recordSchema?: RecordSchema | undefined;
}

const keySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,49}$/, 'A key has 2 to 50 small letters, digits, _ and -, a letter first.');

const recordSchemaSchema: z.ZodType<RecordSchema, RecordSchema> = z
  .object({
    type: z.literal('object'),
    properties: z.record(z.string(), z.record(z.string(), z.json())),
  })
  .catchall(z.json())
  .refine((schema) => new TextEncoder().encode(JSON.stringify(schema)).length <= RECORD_SCHEMA_MAX_BYTES, {
    message: `A schema has at most ${RECORD_SCHEMA_MAX_BYTES / 1024} KiB of JSON.`,
  });

/** A schema that is kept: it was checked when it came, and is not walked through for each of its readers. */
export const keptRecordSchema = z.custom<RecordSchema>();

const details = {
  name: lineSchema(100),
  description: textSchema(1_000),
  noticeGraceDays: z.int().min(0).max(3_650).nullable().optional(),
  recordSchema: recordSchemaSchema.optional(),
};

export const createCategoryInputSchema: z.ZodType<CreateCategoryInput, CreateCategoryInput> = z.strictObject({
  ...details,
  key: keySchema,
  fields: noticeFieldsSchema,
  texts: noticeTextsInputSchema,
});

export const updateCategoryInputSchema: z.ZodType<UpdateCategoryInput, UpdateCategoryInput> = z.strictObject({
  ...details,
  categoryId: categoryIdSchema,
  name: details.name.optional(),
  description: details.description.optional(),
});

export const adminCategorySchema: z.ZodType<AdminCategory> = z.object({
  id: z.int(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  fields: z.array(z.string()),
  source: z.enum(CATEGORY_SOURCES),
  recordSchema: keptRecordSchema.nullable(),
  noticeVersion: z.int(),
  noticeGraceDays: z.int().nullable(),
});
