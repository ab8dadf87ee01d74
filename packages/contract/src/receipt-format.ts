/** The one algorithm of receipts (RFC 8037), with keys on Ed25519. */
export const RECEIPT_ALGORITHM = 'EdDSA';

/** `typ` of a receipt's header: no other token of the server can be taken for one (RFC 8725 3.11). */
export const RECEIPT_TYPE = 'consent-receipt+jwt';

/** `schema_version` of the receipts that are made now: our own profile of ISO/IEC TS 27560:2023. */
export const RECEIPT_SCHEMA = 'urn:truconn:consent-receipt:1';
