import { z } from 'zod';
import { type PageInput, pageShape } from './paging.ts';
import { LANGUAGES, type Language } from './roles.ts';
import { categoryIdSchema, momentSchema, textSchema } from './text.ts';

/** A notice in one language, as an administrator writes it. */
export interface NoticeTextInput {
  /** What people read before they grant; at most 10,000 characters. */
  text: string;
  /** What is new in this version; at most 2,000 characters. People read the English where a language has none. */
  changes?: string | undefined;
  /** `true` for a translation that nobody has looked at yet. */
  needsReview?: boolean | undefined;
}

/** A notice in every language. */
export interface NoticeTextsInput {
  en: NoticeTextInput;
  hi: NoticeTextInput;
  gu: NoticeTextInput;
}

/** What `admin.notices.publish` takes. */
export interface PublishNoticeInput {
  /** `Category.id`. */
  categoryId: number;
  /** What the new version covers, and from now on the category; the category's fields unless told. */
  fields?: string[] | undefined;
  /** Whoever agreed to an older version is told what is new, at least in English. */
  texts: NoticeTextsInput & { en: { changes: string } };
}

/** One version of a category's notice. */
export interface NoticeVersionInput {
  /** `Category.id`. */
  categoryId: number;
  version: number;
}

/** What `admin.notices.withdraw` takes. */
export interface WithdrawNoticeInput extends NoticeVersionInput {
  /** When its consents end: now unless told, or a moment to come; ISO 8601 with an offset. */
  at?: string | undefined;
}

/** What `admin.notices.review` takes. */
export interface ReviewNoticeInput extends NoticeVersionInput {
  language: Language;
}

/** What `admin.notices.list` takes. */
export interface NoticeListInput extends PageInput {
  /** `Category.id`. */
  categoryId: number;
}

/** A notice in one language, as it was published. */
export interface NoticeText {
  text: string;
  /** SHA-256 of the text in UTF-8, in hex. */
  hash: string;
  /** What is new in this version. */
  changes: string | null;
  /** Translated by a machine, and not yet looked at by a person. */
  needsReview: boolean;
}

/** One version of a category's notice in every language. */
export interface NoticeVersion {
  categoryId: number;
  version: number;
  /** Whether it is the one that people are shown. */
  current: boolean;
  /** What a consent to this version releases. */
  fields: string[];
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** ISO 8601, UTC; when consents to it end, past or to come, if they do. */
  withdrawnAt: string | null;
  /** How many consents stand under it now. */
  standingConsents: number;
  texts: { en: NoticeText; hi: NoticeText; gu: NoticeText };
}

/** The number of a notice's version: `1…2147483647`. */
export const noticeVersionSchema = z.int().min(1).max(2_147_483_647);

/** A field of a profile or of a record. */
const fieldSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'A field has 1 to 50 letters, digits and _, a letter first.');

/** What a notice covers. */
export const noticeFieldsSchema = z
  .array(fieldSchema)
  .min(1, 'Name 1 to 50 fields.')
  .max(50, 'Name 1 to 50 fields.')
  .refine((fields) => new Set(fields).size === fields.length, 'Name each field once.');

const textShape = { text: textSchema(10_000), needsReview: z.boolean().optional() };
const changesSchema = textSchema(2_000);
const noticeTextInput = z.strictObject({ ...textShape, changes: changesSchema.optional() });

export const noticeTextsInputSchema: z.ZodType<NoticeTextsInput, NoticeTextsInput> = z.strictObject({
  en: noticeTextInput,
  hi: noticeTextInput,
  gu: noticeTextInput,
});

export const publishNoticeInputSchema: z.ZodType<PublishNoticeInput, PublishNoticeInput> = z.strictObject({
  categoryId: categoryIdSchema,
  fields: noticeFieldsSchema.optional(),
  texts: z.strictObject({
    en: z.strictObject({ ...textShape, changes: changesSchema }),
    hi: noticeTextInput,
    gu: noticeTextInput,
  }),
});

const versionShape = { categoryId: categoryIdSchema, version: noticeVersionSchema };

export const withdrawNoticeInputSchema: z.ZodType<WithdrawNoticeInput, WithdrawNoticeInput> = z.strictObject({
  ...versionShape,
  at: momentSchema.optional(),
});

export const reviewNoticeInputSchema: z.ZodType<ReviewNoticeInput, ReviewNoticeInput> = z.strictObject({
  ...versionShape,
  language: z.enum(LANGUAGES),
});

export const noticeListInputSchema: z.ZodType<NoticeListInput, NoticeListInput> = z.strictObject({
  ...pageShape,
  categoryId: categoryIdSchema,
});

const noticeTextSchema = z.object({
  text: z.string(),
  hash: z.string(),
  changes: z.string().nullable(),
  needsReview: z.boolean(),
});

export const publishedNoticeSchema: z.ZodType<NoticeVersion> = z.object({
  categoryId: z.int(),
  version: z.int(),
  current: z.boolean(),
  fields: z.array(z.string()),
  publishedAt: z.string(),
  withdrawnAt: z.string().nullable(),
  standingConsents: z.int(),
  texts: z.object({ en: noticeTextSchema, hi: noticeTextSchema, gu: noticeTextSchema }),
});
