import { z } from 'zod';

/** What every list takes. */
export interface PageInput {
  /** `nextCursor` of the page before; absent for the first page. */
  cursor?: string | undefined;
  /** How many items at most, 1 to 100; 50 unless told. */
  limit?: number | undefined;
}

/** What every list answers. */
export interface Page<Item> {
  items: Item[];
  /** Give it as `cursor` for the next page; `null` on the last. */
  nextCursor: string | null;
}

export const pageShape = {
  cursor: z.string().max(200).optional(),
  limit: z.int().min(1).max(100).optional(),
};

export const pageInputSchema: z.ZodType<PageInput | undefined, PageInput | undefined> = z
  .strictObject(pageShape)
  .optional();

export function pageSchema<Item>(item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** For procedures that take nothing: an empty object or none at all. */
export const noInputSchema: z.ZodType<NoInput | undefined, NoInput | undefined> = z
  .strictObject({})
  .optional();
export type NoInput = Record<string, never>;
