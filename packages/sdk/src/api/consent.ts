import type {
  Category,
  ConsentChange,
  ConsentReceiptInput,
  ConsentView,
  GrantInput,
  HistoryInput,
  IssuedReceipt,
  LedgerEntry,
  PageInput,
} from '@truconn/contract';
import type { CallOptions, List, MutationOptions, WatchEvent, WatchInput, WatchOptions } from './calls.ts';

/**
 * A person's consents, and the record of everything that happened to them. All of it is for whoever is signed in,
 * and about themselves: `UNAUTHENTICATED` and `SESSION_EXPIRED` otherwise.
 */
export interface ConsentApi {
  /**
   * Lists the kinds of data that there are, each with the notice that a person reads before they grant it, in their
   * language.
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * const { items } = await truconn.consent.categories();
   * for (const { id, name, notice } of items) console.log(id, name, notice.text);
   */
  categories: List<PageInput, Category>;
  /**
   * Lists one consent per category, decided or not: what is released, whether a newer notice is to be shown
   * (`askAgain`), and what has changed in it (`noticeChanges`).
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * const { items } = await truconn.consent.list();
   * for (const { name, granted } of items) console.log(name, granted ? 'granted' : 'not granted');
   * for (const { name, noticeChanges } of items.filter(({ askAgain }) => askAgain)) {
   *   for (const { text } of noticeChanges) console.log(`New in ${name}: ${text}`);
   * }
   */
  list: List<PageInput, ConsentView>;
  /**
   * Grants a category, or gives a consent that stands other terms: granting anew agrees to the current notice. Say
   * which version and language were shown. What changes nothing writes nothing.
   * @throws TruConnError `NOT_FOUND` for an unknown category, `INVALID_INPUT` for an end in the past or a notice
   *   that was never published, or has been withdrawn
   * @example
   * const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
   * const { grantedAt } = await truconn.consent.grant({ categoryId: 4, expiresAt: inAYear });
   * const noticeVersion = 1;
   * await truconn.consent.grant({ categoryId: 2, noticeVersion, noticeLanguage: 'hi' });
   */
  grant(input: GrantInput, options?: MutationOptions): Promise<ConsentView>;
  /**
   * Revokes a consent, and with it every open request on the category. What changes nothing writes nothing.
   * @throws TruConnError `NOT_FOUND` for an unknown category
   * @example
   * await truconn.consent.revoke({ categoryId: 4 });
   */
  revoke(input: { categoryId: number }, options?: MutationOptions): Promise<ConsentView>;
  /**
   * Revokes what is granted, grants what is not. Without an idempotency key, a repeated call undoes itself.
   * @throws TruConnError `NOT_FOUND` for an unknown category
   * @example
   * const idempotencyKey = crypto.randomUUID();
   * const { granted } = await truconn.consent.toggle({ categoryId: 4 }, { idempotencyKey });
   */
  toggle(input: { categoryId: number }, options?: MutationOptions): Promise<ConsentView>;
  /**
   * Lists the changes of the person's consents, newest first.
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * const { items } = await truconn.consent.history({ categoryId: 4, limit: 10 });
   * for (const { changedAt, action } of items) console.log(changedAt, action);
   */
  history: List<HistoryInput, ConsentChange>;
  /**
   * Lists the person's ledger, oldest first: its pages joined together are the chain that `verifyLedger` of
   * `@truconn/sdk/verify` checks.
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * for await (const { seq, at, action } of truconn.consent.ledger.all()) console.log(seq, at, action);
   */
  ledger: List<PageInput, LedgerEntry>;
  /**
   * Signs a receipt of a consent: of its last change, or of an older one by its `seq` in `consent.history`. It proves
   * what was agreed, to whoever has the server's keys; `verifyReceipt` of `@truconn/sdk/verify` checks it.
   * @throws TruConnError `NOT_FOUND` for an unknown category, where nothing was decided, or where the details were
   *   erased; `INVALID_INPUT`; `RATE_LIMITED`
   * @example
   * const { receipt, record } = await truconn.consent.receipt({ categoryId: 4 });
   * console.log(record.consent_status, receipt);
   */
  receipt(input: ConsentReceiptInput, options?: CallOptions): Promise<IssuedReceipt>;
  /**
   * Streams the entries of the person's ledger as they are written. A connection that breaks is made again and goes
   * on after the last entry; the stream ends by leaving the loop, by its signal, or with the session.
   * @throws TruConnError `INVALID_INPUT` for a `lastEventId` that is none of this stream, `RATE_LIMITED` for more
   *   than 20 open streams of an account
   * @example
   * for await (const { id, data } of truconn.consent.watch()) console.log(id, data.action);
   */
  watch(input?: WatchInput, options?: WatchOptions): AsyncIterableIterator<WatchEvent<LedgerEntry>>;
}
