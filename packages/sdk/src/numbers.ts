// In a file that imports nothing, so that the bundler writes each number where it is used and not its name.

/** What a client does unless told otherwise. */
export const TIMEOUT_MS = 30_000;
export const RETRIES = 2;

/** The server takes ten calls a batch. */
export const MAX_BATCH_CALLS = 10;
/** Well below what servers, and what stands between, take. */
export const MAX_URL_LENGTH = 2_000;
/** The server gives so many items at a time. */
export const LARGEST_PAGE = 100;

/** Between two attempts at a call: twice as long each time, up to the longest. */
export const FIRST_DELAY_MS = 100;
export const LONGEST_DELAY_MS = 5_000;

/** After so long, tabs see what one of them has written. */
export const STORAGE_DELAY_MS = 200;
/** The share of its life after which a token is renewed: six minutes before the end of an hour. */
export const RENEW_AT = 0.9;
/** So long a call waits for the pause between two refreshes; where it is longer, it has the error at once. */
export const PATIENCE_MS = 10_000;
/** A refresh repeats itself before it fails: its failure counts as so many of a call. */
export const FAILURES_EACH = 4;

/** So long a connection may be silent before it counts as broken; the server sends a ping every 20 seconds. */
export const SILENCE_MS = 60_000;
