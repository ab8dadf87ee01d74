import { z } from 'zod';
import { LEDGER_ACTIONS, type LedgerAction } from './ledger.ts';
import { LANGUAGES, type Language } from './roles.ts';
import { categoryIdSchema, idSchema } from './text.ts';

/**
 * How a consent can stand, in the words of the Data Privacy Vocabulary (`dpv:` is `https://w3id.org/dpv#`). Only the
 * first two allow anything.
 */
export const RECEIPT_STATES = [
  'dpv:ConsentGiven',
  'dpv:RenewedConsentGiven',
  'dpv:ConsentRefused',
  'dpv:ConsentWithdrawn',
  'dpv:ConsentExpired',
  'dpv:ConsentTerminated',
] as const;
/**
 * How a consent stands: `dpv:ConsentGiven`; `dpv:RenewedConsentGiven`, given again or on other terms;
 * `dpv:ConsentRefused`; `dpv:ConsentWithdrawn`, by the person, for good or for a while; `dpv:ConsentExpired`, its time
 * or its reads are used up; `dpv:ConsentTerminated`, by somebody else than the person. Only the first two allow
 * anything.
 */
export type ReceiptState = (typeof RECEIPT_STATES)[number];

export const PARTY_ROLES = ['dpv:DataSubject', 'dpv:DataController'] as const;

/** A receipt as the server gives it out. */
export interface IssuedReceipt {
  /** What to keep: the record with the server's signature, a compact JWS. `verifyReceipt` checks it. */
  receipt: string;
  /** Which key has signed it: its `kid` at `/.well-known/jwks.json`. */
  keyId: string;
  /** What the receipt says. */
  record: ConsentReceipt;
}

/**
 * What a receipt says: that a person has agreed or refused, to what, when, and how that stood when the receipt was
 * made. Names and sections are those of ISO/IEC TS 27560:2023, and `@context` maps them to the W3C's Data Privacy
 * Vocabulary, so that it is JSON-LD as well. It holds none of the person's data and no name of theirs.
 *
 * Of the standard's mandatory fields it leaves out what the server does not know: `storage_locations`,
 * `retention_period`, `jurisdiction`, and the parties' addresses.
 *
 * It stands under `record` in the signed payload. Beside it are `iss` (the server's `PUBLIC_URL`), `iat` (of
 * `issued_at`, in seconds), `sub` (`pii_principal_id`) and `jti` (`receipt_id`).
 */
export interface ConsentReceipt {
  /** Maps the names below to IRIs. */
  '@context': ReceiptContext;
  '@type': 'dpv:ConsentReceipt';
  /** Which shape this is: `urn:truconn:consent-receipt:1`. */
  schema_version: string;
  /** A UUID. Every receipt of the same ledger entry has the same. */
  receipt_id: string;
  /** A UUID: all receipts of one person's consent to one category have the same; of one request, the request's id. */
  record_id: string;
  /** The person, by their `User.id` and nothing else. */
  pii_principal_id: string;
  /** ISO 8601, UTC; when the server signed. */
  issued_at: string;
  /** How the consent stood at `issued_at`, whatever `events` says: an older decision may have been changed since. */
  consent_status: ReceiptState;
  pii_processing: ReceiptProcessing;
  /** Everybody who is named elsewhere by a `party_id`. */
  parties: ReceiptParty[];
  /** What was decided: one event. */
  events: ReceiptEvent[];
  /** Which entry of the person's ledger it was made from: it ties the receipt to the chain. */
  ledger: {
    /** `LedgerEntry.seq`. */
    seq: number;
    /** `LedgerEntry.hash`. */
    hash: string;
  };
}

/** A JSON-LD context. */
export type ReceiptContext = { [term: string]: string | { '@id': string; '@type': string } };

/** What the consent is to. */
export interface ReceiptProcessing {
  /**
   * The notice that the person was shown; `null` for a decision on a request, before which they were shown the
   * request itself.
   */
  privacy_notice: ReceiptNotice | null;
  /** What for: one purpose. */
  purposes: ReceiptPurpose[];
}

/** A notice, as the person was shown it. */
export interface ReceiptNotice {
  /** `Category.notice.version`. */
  version: number;
  language: Language;
  /** SHA-256 of its text in UTF-8, in hex. */
  sha256: string;
}

/** One purpose, and what may be done for it. */
export interface ReceiptPurpose {
  /** In words; an organization's own for its request, `null` where it gave none. */
  purpose: string | null;
  lawful_basis: 'dpv:Consent';
  /** The kinds of data that it is about. */
  pii_information: ReceiptData[];
  /** `party_id` of who decides what the data is used for. */
  pii_controllers: string[];
  /** `party_id` of who may receive it. A consent to a category lets nobody yet: each organization asks. */
  recipient_third_parties: string[];
  /** Where the person takes the consent back: the server's address. */
  withdrawal_method: string;
}

/** One kind of data. */
export interface ReceiptData {
  /** The category's `key`. */
  pii_type: string;
  /**
   * A field of that category. A consent to a category names each field that the notice covers; a decision on a
   * request names none: `null`.
   */
  pii_attribute_id: string | null;
}

/** Somebody who has to do with the consent. */
export interface ReceiptParty {
  /** A person's or an organization's id; the server's address for the server. */
  party_id: string;
  /** As it was then; `null` for the person. */
  party_name: string | null;
  party_role: (typeof PARTY_ROLES)[number];
  /** `null` where none is known. */
  party_url: string | null;
}

/** What was decided, when, and by whom. */
export interface ReceiptEvent {
  /** ISO 8601, UTC. */
  event_time: string;
  /** How the person agrees: by an act that is about nothing else. */
  event_type: 'dpv:ExplicitlyExpressedConsent';
  event_state: ReceiptState;
  /** What the ledger calls it; finer than `event_state`. */
  event_action: LedgerAction;
  /** `party_id` of who did it; the server's for what the clock did, an account's id for an administrator. */
  entity_id: string;
  /** How long it was to hold; `null` for what gives nothing. */
  validity_duration: ReceiptValidity | null;
}

/** How long a consent holds, unless it is taken back. */
export interface ReceiptValidity {
  /** ISO 8601, UTC; `null` for no end. */
  until: string | null;
  /** How often the data may be read in all; `null` for no limit. */
  reads: number | null;
}

/** What `consent.receipt` takes. */
export interface ConsentReceiptInput {
  /** `Category.id`. */
  categoryId: number;
  /** The ledger entry of an older change of this consent, by its `seq`; the last one unless told. */
  seq?: number | undefined;
}

/** What `orgAccess.receipt` takes. */
export interface RequestReceiptInput {
  requestId: string;
  /** The ledger entry of an older decision on this request, by its `seq`; the last one unless told. */
  seq?: number | undefined;
}

/** The public half of a key that signs receipts: a JWK of RFC 8037. */
export interface ReceiptKey {
  kty: 'OKP';
  crv: 'Ed25519';
  /** The key itself, 32 bytes in base64url. */
  x: string;
  /** The key's name in receipts: its thumbprint (RFC 7638). */
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

/** What `/.well-known/jwks.json` answers: all keys that have ever signed receipts. */
export interface ReceiptKeySet {
  keys: ReceiptKey[];
}

const stateSchema = z.enum(RECEIPT_STATES);

const processingSchema: z.ZodType<ReceiptProcessing> = z.object({
  privacy_notice: z.object({ version: z.int(), language: z.enum(LANGUAGES), sha256: z.string() }).nullable(),
  purposes: z.array(
    z.object({
      purpose: z.string().nullable(),
      lawful_basis: z.literal('dpv:Consent'),
      pii_information: z.array(z.object({ pii_type: z.string(), pii_attribute_id: z.string().nullable() })),
      pii_controllers: z.array(z.string()),
      recipient_third_parties: z.array(z.string()),
      withdrawal_method: z.string(),
    }),
  ),
});

const partySchema: z.ZodType<ReceiptParty> = z.object({
  party_id: z.string(),
  party_name: z.string().nullable(),
  party_role: z.enum(PARTY_ROLES),
  party_url: z.string().nullable(),
});

const eventSchema: z.ZodType<ReceiptEvent> = z.object({
  event_time: z.string(),
  event_type: z.literal('dpv:ExplicitlyExpressedConsent'),
  event_state: stateSchema,
  event_action: z.enum(LEDGER_ACTIONS),
  entity_id: z.string(),
  validity_duration: z.object({ until: z.string().nullable(), reads: z.int().nullable() }).nullable(),
});

export const consentReceiptSchema: z.ZodType<ConsentReceipt> = z.object({
  '@context': z.record(
    z.string(),
    z.union([z.string(), z.object({ '@id': z.string(), '@type': z.string() })]),
  ),
  '@type': z.literal('dpv:ConsentReceipt'),
  schema_version: z.string(),
  receipt_id: z.string(),
  record_id: z.string(),
  pii_principal_id: z.string(),
  issued_at: z.string(),
  consent_status: stateSchema,
  pii_processing: processingSchema,
  parties: z.array(partySchema),
  events: z.array(eventSchema),
  ledger: z.object({ seq: z.int(), hash: z.string() }),
});

export const issuedReceiptSchema: z.ZodType<IssuedReceipt> = z.object({
  receipt: z.string(),
  keyId: z.string(),
  record: consentReceiptSchema,
});

const seqSchema = z.int().min(1).max(2_147_483_647).optional();

export const consentReceiptInputSchema: z.ZodType<ConsentReceiptInput, ConsentReceiptInput> = z.strictObject({
  categoryId: categoryIdSchema,
  seq: seqSchema,
});

export const requestReceiptInputSchema: z.ZodType<RequestReceiptInput, RequestReceiptInput> = z.strictObject({
  requestId: idSchema,
  seq: seqSchema,
});
