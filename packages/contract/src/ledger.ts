import { z } from 'zod';

/** What a ledger entry can record. */
export const LEDGER_ACTIONS = [
  'CONSENT_GRANTED',
  'CONSENT_REVOKED',
  'CONSENT_EXPIRED',
  'CONSENT_MODIFIED',
  'ACCESS_REQUESTED',
  'ACCESS_APPROVED',
  'ACCESS_DENIED',
  'ACCESS_PAUSED',
  'ACCESS_RESUMED',
  'ACCESS_REVOKED',
  'ACCESS_EXPIRED',
  'ACCESS_READ',
  'ACCESS_REFUSED',
  'ACCESS_EXHAUSTED',
] as const;
/** What a ledger entry records: one of `LEDGER_ACTIONS`. */
export type LedgerAction = (typeof LEDGER_ACTIONS)[number];

export const ACTOR_KINDS = ['person', 'organization', 'system', 'admin'] as const;

/** Who did it, by a pseudonymous id; the system has none. */
export interface LedgerActor {
  kind: (typeof ACTOR_KINDS)[number];
  /** An account's or organization's id. */
  id: string | null;
}

/** JSON that RFC 8785 can canonicalize. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * One entry of a person's hash chain. `details` and `salt` are `null` once erased;
 * the chain verifies all the same.
 */
export interface LedgerEntry {
  /** 1 for a person's first entry, then without gaps. */
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  action: LedgerAction;
  actor: LedgerActor;
  categoryId: number | null;
  /** The access request that it is about, where it is about one. */
  requestId: string | null;
  /** What changed, before and after. */
  details: { [key: string]: Json } | null;
  /** Hex; its bytes go before the details into `detailsHash`. */
  salt: string | null;
  /** SHA-256 in hex, over the salt and the details. */
  detailsHash: string;
  /** The `hash` of the entry before; 64 zeros for the first. */
  prevHash: string;
  /** SHA-256 in hex, over all of the entry but `details`, `salt` and `hash` itself. */
  hash: string;
}

export const ledgerEntrySchema: z.ZodType<LedgerEntry> = z.object({
  seq: z.int(),
  at: z.string(),
  action: z.enum(LEDGER_ACTIONS),
  actor: z.object({ kind: z.enum(ACTOR_KINDS), id: z.string().nullable() }),
  categoryId: z.int().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.json()).nullable(),
  salt: z.string().nullable(),
  detailsHash: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});
