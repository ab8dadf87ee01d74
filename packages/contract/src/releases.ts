import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, type FieldErrors } from './error-codes.ts';
import type { Json } from './ledger.ts';
import {
  type AccessRequest,
  accessRequestSchema,
  type RequestAccessInput,
  requestAccessInputSchema,
} from './org-access.ts';
import { idSchema } from './text.ts';

/** What a category can release from the profile; other categories have records. */
export const PROFILE_FIELDS = [
  'firstName',
  'lastName',
  'username',
  'email',
  'mobile',
  'address',
  'location',
  'url',
  'bio',
  'language',
] as const;
/** One of `PROFILE_FIELDS`. */
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** What a person has released: the fields of one category as their consent covers them. */
export interface ReleasedData {
  /** `null` where the person has not said it. */
  [field: string]: Json;
}

/** What `orgAccess.read` answers. */
export interface Release {
  /** As it stands after this read: `EXHAUSTED` where it was the last one. */
  request: AccessRequest;
  data: ReleasedData;
  /** ISO 8601, UTC; the time of the entry in the person's ledger. */
  readAt: string;
}

/** Why one of many was refused, as it would have been alone. */
export interface ItemError {
  code: ErrorCode;
  message: string;
  fields?: FieldErrors | undefined;
  /** Whole seconds to wait before trying again. */
  retryAfterSeconds?: number | undefined;
}

/** What one of `orgAccess.readMany` came to: a release, or an error and `null`. */
export interface ReadItem {
  requestId: string;
  request: AccessRequest | null;
  data: ReleasedData | null;
  /** ISO 8601, UTC. */
  readAt: string | null;
  error: ItemError | null;
}

/** What `orgAccess.readMany` takes. */
export interface ReadManyInput {
  /** 1 to 100, each once. */
  requestIds: string[];
}

/** What one of `orgAccess.requestMany` came to: the request, or an error. */
export interface RequestItem {
  userId: string;
  categoryId: number;
  request: AccessRequest | null;
  error: ItemError | null;
}

/** What `orgAccess.requestMany` takes. */
export interface RequestManyInput {
  /** 1 to 100; each person and category once. */
  requests: RequestAccessInput[];
}

/** One entry for each that was asked for, in the same order. */
export interface ItemList<Item> {
  items: Item[];
}

/** How many can be asked or read at once. */
export const MANY = 100;

const releasedDataSchema: z.ZodType<ReleasedData> = z.record(z.string(), z.json());

export const releaseSchema: z.ZodType<Release> = z.object({
  request: accessRequestSchema,
  data: releasedDataSchema,
  readAt: z.string(),
});

const itemErrorSchema: z.ZodType<ItemError> = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as ErrorCode[]),
  message: z.string(),
  fields: z.record(z.string(), z.array(z.string())).optional(),
  retryAfterSeconds: z.int().optional(),
});

export const readItemsSchema: z.ZodType<ItemList<ReadItem>> = z.object({
  items: z.array(
    z.object({
      requestId: z.string(),
      request: accessRequestSchema.nullable(),
      data: releasedDataSchema.nullable(),
      readAt: z.string().nullable(),
      error: itemErrorSchema.nullable(),
    }),
  ),
});

export const requestItemsSchema: z.ZodType<ItemList<RequestItem>> = z.object({
  items: z.array(
    z.object({
      userId: z.string(),
      categoryId: z.int(),
      request: accessRequestSchema.nullable(),
      error: itemErrorSchema.nullable(),
    }),
  ),
});

const ONCE = 'Name each of them once.';

export const readManyInputSchema: z.ZodType<ReadManyInput, ReadManyInput> = z.strictObject({
  requestIds: z
    .array(idSchema)
    .min(1, `Name 1 to ${MANY}.`)
    .max(MANY, `Name 1 to ${MANY}.`)
    .refine((ids) => new Set(ids).size === ids.length, ONCE),
});

export const requestManyInputSchema: z.ZodType<RequestManyInput, RequestManyInput> = z.strictObject({
  requests: z
    .array(requestAccessInputSchema)
    .min(1, `Name 1 to ${MANY}.`)
    .max(MANY, `Name 1 to ${MANY}.`)
    .refine(
      (requests) =>
        new Set(requests.map(({ userId, categoryId }) => `${userId} ${categoryId}`)).size === requests.length,
      ONCE,
    ),
});
