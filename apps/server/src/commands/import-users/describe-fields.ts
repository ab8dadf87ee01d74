import type { FieldErrors } from '@truconn/contract';
import { ROOT_FIELD } from '../../errors/root-field.ts';

/**
 * The errors of a line in one text. Never quotes the line, which holds a hash.
 * @example describeFields({ email: ['This field is required.'] }) // 'email: This field is required.'
 */
export function describeFields(fields: FieldErrors): string {
  return Object.entries(fields)
    .map(([name, sentences]) => `${name === ROOT_FIELD ? '' : `${name}: `}${sentences.join(' ')}`)
    .join(' ');
}
