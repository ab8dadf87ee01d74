import { z } from 'zod';
import { integerIn, optional } from './fields.ts';
import type { RestRequest } from './route.ts';

/**
 * What document 1's lists take. They are bare lists, as the document has them, and whole for nearly everybody;
 * whoever has more entries than one answer holds follows `Link`.
 */
export const pageQuery = z.object({
  cursor: optional(z.string()).meta({
    description: 'Where the page before ended: see `Link`.',
    param: { id: 'cursor' },
  }),
  limit: optional(
    z
      .string()
      .regex(/^\d{1,4}$/, 'Enter a number from 1 to 1000.')
      .transform(Number),
  ).meta({
    description: 'How many entries at most; 1000 unless told.',
    override: integerIn(1, 1000),
    param: { id: 'limit' },
  }),
});

export const PAGES =
  'Up to 1000 entries; if there are more, `Link: <…>; rel="next"` (RFC 8288) has the address of the next ones.';

/** The address of the next page, where there is one (RFC 8288 3, resolved against the request's own). */
export function nextLink(
  { nextCursor }: { nextCursor: string | null },
  { url }: Pick<RestRequest, 'url'>,
): Record<string, string> {
  if (nextCursor === null) return {};
  // Only path and query are used: an address without a host is about the one that was asked.
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  searchParams.set('cursor', nextCursor);
  return { link: `<${pathname}?${searchParams}>; rel="next"` };
}
