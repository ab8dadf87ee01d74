import type { Page, PageInput } from '@truconn/contract';
import { invalidField } from './domain-error.ts';

const DEFAULT_LIMIT = 50;

/** A page's bounds: `after` is where the page before ended, `limit` how many records to read. */
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

/** How one list is read and shown. */
export interface Listing<Key, Record, Item> {
  key: CursorKey<Key>;
  read: (bounds: PageBounds<Key>) => Promise<Record[]>;
  keyOf: (record: Record) => Key;
  present: (record: Record) => Item;
}

/**
 * Reads one page, with one record more than is shown: so the last page is known without a count.
 * @throws DomainError `INVALID_INPUT` on `cursor` when it is not one that this list gave
 */
export async function listPage<Key, Record, Item>(
  input: PageInput | undefined,
  { key, read, keyOf, present }: Listing<Key, Record, Item>,
): Promise<Page<Item>> {
  const limit = input?.limit ?? DEFAULT_LIMIT;
  const records = await read({ after: readCursor(input?.cursor, key), limit: limit + 1 });
  const shown = records.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = records.length > limit && last !== undefined;
  return {
    items: shown.map(present),
    nextCursor: hasMore ? Buffer.from(key.write(keyOf(last))).toString('base64url') : null,
  };
}

function readCursor<Key>(cursor: string | undefined, key: CursorKey<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  const after = key.read(Buffer.from(cursor, 'base64url').toString());
  if (after === undefined) throw invalidField('cursor', 'Give the nextCursor of the page before.');
  return after;
}
