import type { TruConnError } from '../errors.ts';

/** What every call takes besides its input. */
export interface CallOptions {
  /** Gives the call up; it then rejects with `ABORTED`. What the server has begun, it may still finish. */
  signal?: AbortSignal | undefined;
  /** How long the call may take, retries and a refresh included, in milliseconds; the client's unless told. */
  timeoutMs?: number | undefined;
  /** How often the call is repeated at most; the client's unless told. */
  retries?: number | undefined;
  /** Headers of this call alone. */
  headers?: Record<string, string> | undefined;
}

/** What a mutation takes besides its input. */
export interface MutationOptions extends CallOptions {
  /**
   * Makes the mutation safe to repeat: calls with one key have one effect and one answer for 24 hours, and the
   * client repeats the call by itself where the network fails. 1 to 255 visible ASCII characters; a new
   * `crypto.randomUUID()` for each intention. A refusal is kept as an answer: to ask anew, use a new key. The same key
   * with another input is `IDEMPOTENCY_CONFLICT`.
   */
  idempotencyKey?: string | undefined;
}

/** A list, page by page or item by item. */
export interface List<Input, Item> {
  /** Answers one page. */
  (input?: Input, options?: CallOptions): Promise<Page<Item>>;
  /**
   * Asks for page after page while it is read; `limit` is the size of a page, 100 unless told. Leaving the loop
   * asks for nothing more.
   * @example
   * for await (const entry of truconn.consent.ledger.all()) console.log(entry.seq, entry.action);
   */
  all(input?: Input, options?: CallOptions): AsyncIterableIterator<Item>;
}

/** A list of which something must be said: what it lists. */
export interface ListOf<Input, Item> {
  /** Answers one page. */
  (input: Input, options?: CallOptions): Promise<Page<Item>>;
  /** Asks for page after page while it is read, as `all` of any other list does. */
  all(input: Input, options?: CallOptions): AsyncIterableIterator<Item>;
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Give it as `cursor` for the next page; `null` on the last. */
  nextCursor: string | null;
}

/** Where a stream of events begins. */
export interface WatchInput {
  /** The `id` of the last event that was seen: what came after it follows first. From now on unless told. */
  lastEventId?: string | undefined;
}

/** How a stream of events stands. */
export type WatchState = { status: 'connecting'; error: TruConnError | null } | { status: 'connected' };

/** What a stream of events takes besides its input. */
export interface WatchOptions {
  /** Ends the stream. */
  signal?: AbortSignal | undefined;
  /** Headers of this stream alone. */
  headers?: Record<string, string> | undefined;
  /** Hears when the stream is connected, and why it has to connect again. */
  onStateChange?: ((state: WatchState) => void) | undefined;
}

/** One event of a stream. */
export interface WatchEvent<Data> {
  /** Give it as `lastEventId` to go on after this event. */
  id: string;
  data: Data;
}
