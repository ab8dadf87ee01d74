import { z } from 'zod';
import { type PageInput, pageShape } from './paging.ts';
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
  /** What a release holds. */
  fields: string[];
  /** What the person is shown before they grant, in their language where it is written in it. */
  notice: { version: number; language: Language; text: string };
}

/** One person's consent to one category, granted or not. */
export interface ConsentView {
  categoryId: number;
  key: string;
  name: string;
  description: string;
  /** What a release holds. */
  fields: string[];
  /** Whether the consent stands now: one past its end counts as revoked. */
  granted: boolean;
  /** ISO 8601, UTC; when it was granted last. */
  grantedAt: string | null;
  /** ISO 8601, UTC; when it was revoked or ran out, `null` while it stands. */
  revokedAt: string | null;
  /** ISO 8601, UTC; when it ends by itself, if it does. */
  expiresAt: string | null;
  /** Which notice the person was shown. */
  noticeVersion: number | null;
  noticeLanguage: Language | null;
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
  notice: z.object({ version: z.int(), language: z.enum(LANGUAGES), text: z.string() }),
});

export const consentViewSchema: z.ZodType<ConsentView> = z.object({
  categoryId: z.int(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  fields: z.array(z.string()),
  granted: z.boolean(),
  grantedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  noticeVersion: z.int().nullable(),
  noticeLanguage: z.enum(LANGUAGES).nullable(),
});

const consentStateSchema: z.ZodType<ConsentState> = z.object({
  granted: z.boolean(),
  expiresAt: z.string().nullable(),
  noticeVersion: z.int().nullable(),
  noticeLanguage: z.enum(LANGUAGES).nullable(),
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
  noticeVersion: z.int().min(1).max(2_147_483_647).optional(),
});

export const categoryInputSchema: z.ZodType<{ categoryId: number }, { categoryId: number }> = z.strictObject({
  categoryId: categoryIdSchema,
});

export const historyInputSchema: z.ZodType<HistoryInput | undefined, HistoryInput | undefined> = z
  .strictObject({ ...pageShape, categoryId: categoryIdSchema.optional() })
  .optional();
