import type { CallOptions, Page } from './api/calls.ts';

const LARGEST_PAGE = 100;

/** Every item of a list, a page at a time as they are asked for. */
export async function* listAll<Item>(
  page: (input: object, options?: CallOptions) => Promise<Page<Item>>,
  input: object = {},
  options?: CallOptions,
): AsyncIterableIterator<Item> {
  let next: object | undefined = { limit: LARGEST_PAGE, ...input };
  while (next !== undefined) {
    const { items, nextCursor }: Page<Item> = await page(next, options);
    yield* items;
    next = nextCursor === null ? undefined : { ...next, cursor: nextCursor };
  }
}
