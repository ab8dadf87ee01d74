import type { CallOptions, Page } from './api/calls.ts';
import { type CallDeps, call } from './calls/call.ts';
import { LARGEST_PAGE } from './numbers.ts';

/** Every item of a list, a page at a time as they are asked for, all of them as one person. */
export async function* listAll(
  deps: CallDeps,
  path: string,
  input?: object,
  options?: CallOptions,
): AsyncIterableIterator<unknown> {
  const session = {};
  let cursor: string | null | undefined;
  do {
    const page = { limit: LARGEST_PAGE, ...input, ...(cursor && { cursor }) };
    const { items, nextCursor } = (await call(deps, path, page, options, session)) as Page<unknown>;
    yield* items;
    cursor = nextCursor;
  } while (cursor);
}
