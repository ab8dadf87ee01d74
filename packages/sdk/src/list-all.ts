import type { Page } from './api/calls.ts';

const LARGEST_PAGE = 100;

/** Every item of a list, a page at a time as they are asked for. */
export async function* listAll(
  page: (input: object) => Promise<unknown>,
  input: object | undefined,
): AsyncIterableIterator<unknown> {
  let cursor: string | null | undefined;
  do {
    const { items, nextCursor } = (await page({
      limit: LARGEST_PAGE,
      ...input,
      ...(cursor && { cursor }),
    })) as Page<unknown>;
    yield* items;
    cursor = nextCursor;
  } while (cursor);
}
