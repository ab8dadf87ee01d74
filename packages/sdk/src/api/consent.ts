import type {
  Category,
  ConsentChange,
  ConsentView,
  GrantInput,
  HistoryInput,
  LedgerEntry,
  PageInput,
} from '@truconn/contract';
import type { List, MutationOptions, WatchEvent, WatchInput, WatchOptions } from './calls.ts';

/** A person's consents, and the record of everything that happened to them. */
export interface ConsentApi {
  categories: List<PageInput, Category>;
  list: List<PageInput, ConsentView>;
  grant(input: GrantInput, options?: MutationOptions): Promise<ConsentView>;
  revoke(input: { categoryId: number }, options?: MutationOptions): Promise<ConsentView>;
  toggle(input: { categoryId: number }, options?: MutationOptions): Promise<ConsentView>;
  history: List<HistoryInput, ConsentChange>;
  ledger: List<PageInput, LedgerEntry>;
  watch(input?: WatchInput, options?: WatchOptions): AsyncIterableIterator<WatchEvent<LedgerEntry>>;
}
