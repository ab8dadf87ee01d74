/** What each thing is encrypted as. None of them may ever change: what was sealed under the old words would not open. */

/** A person's data key, as it is wrapped. */
export function recordKeyContext(userId: string): string {
  return `record key of ${userId}`;
}

/** A person's record of one category. */
export function recordContext(userId: string, categoryId: number): string {
  return `record ${categoryId} of ${userId}`;
}

/** The private half of a key that signs receipts, as it is wrapped. */
export function receiptKeyContext(keyId: string): string {
  return `receipt key ${keyId}`;
}
