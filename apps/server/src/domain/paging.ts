import type { Page, PageInput } from '@truconn/contract';
import { invalidField } from './domain-error.ts';

const DEFAULT_LIMIT = 50;

/** A page's bounds: `after` is where the page before ended, `limit` how many items are wanted. */
export interface PageBounds<Key> {
  after: Key | undefined;
  limit: number;
}

/** How a list's key is written into a cursor and read back; `read` answers nothing for what is no key. */
export interface CursorKey<Key> {
  write(key: Key): string;
  read(text: string): Key | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const uuidKey: CursorKey<string> = {
  write: (key) => key,
  read: (text) => (UUID.test(text) ? text : undefined),
};

export const numberKey: CursorKey<number> = {
  write: String,
  read: (text) => (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2_147_483_647 ? Number(text) : undefined),
};

/** @throws DomainError `INVALID_INPUT` on `cursor` when it is not one that this list gave */
export function pageBounds<Key>(input: PageInput | undefined, key: CursorKey<Key>): PageBounds<Key> {
  const limit = input?.limit ?? DEFAULT_LIMIT;
  if (input?.cursor === undefined) return { after: undefined, limit };
  const after = key.read(Buffer.from(input.cursor, 'base64url').toString());
  if (after === undefined) throw invalidField('cursor', 'Give the nextCursor of the page before.');
  return { after, limit };
}

/**
 * Makes a page of records that were read with one more than the limit, so that the last page
 * is known without a count.
 */
export function toPage<Record, Key, Item>(
  records: readonly Record[],
  bounds: PageBounds<Key>,
  key: CursorKey<Key>,
  keyOf: (record: Record) => Key,
  present: (record: Record) => Item,
): Page<Item> {
  const shown = records.slice(0, bounds.limit);
  const last = shown.at(-1);
  const hasMore = records.length > bounds.limit && last !== undefined;
  return {
    items: shown.map(present),
    nextCursor: hasMore ? Buffer.from(key.write(keyOf(last))).toString('base64url') : null,
  };
}
