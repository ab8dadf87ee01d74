import { pageShape } from '@truconn/contract';
import { z } from 'zod';

const SENTENCE = 'Enter a number from 1 to 1000.';

/**
 * What the lists of the documented APIs take. Those show whole lists and know no pages: so many at once that
 * nearly everybody's list is whole, and still not so many that one answer could be of any size.
 */
export const longPageShape = {
  cursor: pageShape.cursor,
  limit: z.int().min(1, SENTENCE).max(1000, SENTENCE).default(1000),
};

export const longPageSchema = z.strictObject(longPageShape);
