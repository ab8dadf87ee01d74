import { z } from 'zod';
import { CATEGORY_SOURCES, type CategorySource, keptRecordSchema } from './categories.ts';
import { noticeVersionSchema } from './notices.ts';
import { type PageInput, pageShape } from './paging.ts';
import type { RecordSchema } from './records.ts';
import { LANGUAGES, type Language } from './roles.ts';
import { categoryIdSchema, momentSchema } from './text.ts';

/** A kind of data that a person can release, and the notice they read first. */
export interface Category {
  /** What other procedures call `categoryId`. */
  id: number;
  /** A short name for programs, which no language changes. */
  key: string;
  name: string;
  description: string;
  /** What a release holds, to whoever agrees to the current notice. */
  fields: string[];
  /** Where the fields come from: the person's profile, or a record that they keep (`profile.records`). */
  source: CategorySource;
  /** What a record must fulfil; `null` where the fields come from the profile. */
  recordSchema: RecordSchema | null;
  /** What the person is shown before they grant, in their language. */
  notice: Notice;
}

/** The current version of a category's notice in one language. */
export interface Notice {
  version: number;
  language: Language;
  text: string;
  /** SHA-256 of the text in UTF-8, in hex; a consent that is given to it keeps the same. */
  hash: string;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** What is new in this version, in English where it is said in no other language; `null` for the first. */
  changes: string | null;
  /** Translated by a machine, and not yet looked at by a person. */
  needsReview: boolean;
}

/** What is new in one version of a notice. */
export interface NoticeChange {
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** In the person's language, or in English where it is said in no other; `null` where nothing is said. */
  text: string | null;
}

/** One person's consent to one category, granted or not. */
export interface ConsentView {
  categoryId: number;
  key: string;
  name: string;
  description: string;
  /** What a release holds, to whoever agrees to the current notice. */
  fields: string[];
  /** What is released: the fields of the version that the person agreed to. `null` while nothing is granted. */
  releasedFields: string[] | null;
  /**
   * Whether the consent stands now. One past its end counts as revoked, and so does one whose notice has been
   * withdrawn.
   */
  granted: boolean;
  /** ISO 8601, UTC; when it was granted last. */
  grantedAt: string | null;
  /** ISO 8601, UTC; when it was revoked or came to its end, `null` while it stands. */
  revokedAt: string | null;
  /** ISO 8601, UTC; when it ends by itself, if it does. */
  expiresAt: string | null;
  /** Which notice the person was shown last. */
  noticeVersion: number | null;
  noticeLanguage: Language | null;
  /** SHA-256 of the text that they were shown, in hex. `null` also where that was not kept yet. */
  noticeHash: string | null;
  /** ISO 8601, UTC; when that version is withdrawn, past or to come. The consent ends with it. */
  noticeEndsAt: string | null;
  /** The version that a grant agrees to now. */
  currentNoticeVersion: number;
  /** The consent stands under an older version: show the current notice, and let the person grant anew. */
  askAgain: boolean;
  /** What is new in each version after the one they were shown, up to the current one; the oldest first. */
  noticeChanges: NoticeChange[];
}

/** What `consent.grant` takes. */
export interface GrantInput {
  /** `Category.id`. */
  categoryId: number;
  /**
   * A moment in the future, ISO 8601 with an offset; `null` or absent for no end, also where the consent had one
   * before.
   */
  expiresAt?: string | null | undefined;
  /** The version of the notice that the person was shown; the current one unless told. */
  noticeVersion?: number | undefined;
  /** The language in which they were shown it; the profile's unless told. */
  noticeLanguage?: Language | undefined;
}

/** A change of one consent, newest first in `consent.history`. */
export interface ConsentChange {
  /** The ledger entry's `seq`. */
  seq: number;
  categoryId: number;
  key: string;
  name: string;
  /** `MODIFIED` where a consent that stood got other terms. */
  action: 'GRANTED' | 'REVOKED' | 'EXPIRED' | 'MODIFIED';
  /** ISO 8601, UTC. */
  changedAt: string;
  /** Null when the details were erased. */
  previousValue: ConsentState | null;
  /** Null when the details were erased. */
  newValue: ConsentState | null;
}

/** What a consent said at one moment. */
export interface ConsentState {
  granted: boolean;
  /** ISO 8601, UTC. */
  expiresAt: string | null;
  noticeVersion: number | null;
  noticeLanguage: Language | null;
  /** SHA-256 of the notice's text as it was shown, in hex. `null` also where that was not kept yet. */
  noticeHash: string | null;
}

/** What `consent.history` takes. */
export interface HistoryInput extends PageInput {
  /** Only changes of this category; of all unless told. */
  categoryId?: number | undefined;
}

export const categorySchema: z.ZodType<Category> = z.object({
  id: z.int(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  fields: z.array(z.string()),
  source: z.enum(CATEGORY_SOURCES),
  recordSchema: keptRecordSchema.nullable(),
  notice: z.object({
    version: z.int(),
    language: z.enum(LANGUAGES),
    text: z.string(),
    hash: z.string(),
    publishedAt: z.string(),
    changes: z.string().nullable(),
    needsReview: z.boolean(),
  }),
});

export const consentViewSchema: z.ZodType<ConsentView> = z.object({
  categoryId: z.int(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  fields: z.array(z.string()),
  releasedFields: z.array(z.string()).nullable(),
  granted: z.boolean(),
  grantedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  noticeVersion: z.int().nullable(),
  noticeLanguage: z.enum(LANGUAGES).nullable(),
  noticeHash: z.string().nullable(),
  noticeEndsAt: z.string().nullable(),
  currentNoticeVersion: z.int(),
  askAgain: z.boolean(),
  noticeChanges: z.array(
    z.object({ version: z.int(), publishedAt: z.string(), text: z.string().nullable() }),
  ),
});

const consentStateSchema: z.ZodType<ConsentState> = z.object({
  granted: z.boolean(),
  expiresAt: z.string().nullable(),
  noticeVersion: z.int().nullable(),
  noticeLanguage: z.enum(LANGUAGES).nullable(),
  noticeHash: z.string().nullable(),
});

export const consentChangeSchema: z.ZodType<ConsentChange> = z.object({
  seq: z.int(),
  categoryId: z.int(),
  key: z.string(),
  name: z.string(),
  action: z.enum(['GRANTED', 'REVOKED', 'EXPIRED', 'MODIFIED']),
  changedAt: z.string(),
  previousValue: consentStateSchema.nullable(),
  newValue: consentStateSchema.nullable(),
});

export const grantInputSchema: z.ZodType<GrantInput, GrantInput> = z.strictObject({
  categoryId: categoryIdSchema,
  expiresAt: momentSchema.nullish(),
  noticeVersion: noticeVersionSchema.optional(),
  noticeLanguage: z.enum(LANGUAGES).optional(),
});

export const categoryInputSchema: z.ZodType<{ categoryId: number }, { categoryId: number }> = z.strictObject({
  categoryId: categoryIdSchema,
});

export const historyInputSchema: z.ZodType<HistoryInput | undefined, HistoryInput | undefined> = z
  .strictObject({ ...pageShape, categoryId: categoryIdSchema.optional() })
  .optional();
