import { z } from 'zod';
import { categoryIdSchema, idSchema, lineSchema, momentSchema } from './text.ts';

/** What an API key can be good for. */
export const API_KEY_SCOPES = ['read', 'request', 'list'] as const;
/**
 * `read`: read what people have released. `request`: ask people. `list`: see the organization, its requests and what
 * happens to them.
 */
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** With what an organization's programs act for it. Its secret is shown once, when the key is made. */
export interface ApiKey {
  id: string;
  name: string;
  /** The first 8 characters of the secret, to tell keys apart. */
  hint: string;
  scopes: ApiKeyScope[];
  /** The categories that it is good for; `null`: all of them. */
  categoryIds: number[] | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** `null` once that account is gone. */
  createdBy: { id: string; firstName: string | null; lastName: string | null } | null;
  /** ISO 8601, UTC; when it ends by itself, if it does. */
  expiresAt: string | null;
  /** ISO 8601, UTC, to the minute; `null`: never. */
  lastUsedAt: string | null;
  /** ISO 8601, UTC; `null`: it has not been revoked. */
  revokedAt: string | null;
}

/** What `orgAccess.keys.create` takes. */
export interface CreateApiKeyInput {
  /** What its owners know it by. 1 to 100 characters. */
  name: string;
  /** What it may do; at least one. */
  scopes: ApiKeyScope[];
  /** The only categories that it is good for, 1 to 100; all unless told. */
  categoryIds?: number[] | null | undefined;
  /** When it ends by itself: a moment in the future, ISO 8601 with an offset; never unless told. */
  expiresAt?: string | null | undefined;
}

/** A key just made. */
export interface CreatedApiKey {
  key: ApiKey;
  /** What requests carry: `Authorization: Bearer <secret>`. Shown this once: the server keeps its hash alone. */
  secret: string;
}

export const apiKeySchema: z.ZodType<ApiKey> = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  categoryIds: z.array(z.int()).nullable(),
  createdAt: z.string(),
  createdBy: z
    .object({ id: z.string(), firstName: z.string().nullable(), lastName: z.string().nullable() })
    .nullable(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

export const createdApiKeySchema: z.ZodType<CreatedApiKey> = z.object({
  key: apiKeySchema,
  secret: z.string(),
});

/** A list that names at least one thing, and each once. */
function choiceSchema<Item>(item: z.ZodType<Item, Item>, max: number) {
  return z
    .array(item)
    .min(1, 'Choose at least one.')
    .max(max, `Choose at most ${max}.`)
    .refine((items) => new Set(items).size === items.length, 'Name each of them once.');
}

export const createApiKeyInputSchema: z.ZodType<CreateApiKeyInput, CreateApiKeyInput> = z.strictObject({
  name: lineSchema(100),
  scopes: choiceSchema(z.enum(API_KEY_SCOPES), API_KEY_SCOPES.length),
  categoryIds: choiceSchema(categoryIdSchema, 100).nullish(),
  expiresAt: momentSchema.nullish(),
});

export const apiKeyInputSchema: z.ZodType<{ keyId: string }, { keyId: string }> = z.strictObject({
  keyId: idSchema,
});
