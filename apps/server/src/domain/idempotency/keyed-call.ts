import { createHash } from 'node:crypto';
import { type Json, toCanonicalJson } from '@truconn/contract';
import type { KeyedCall } from '../../database/queries/idempotency.queries.ts';
import { invalidField } from '../domain-error.ts';

export type { KeyedCall } from '../../database/queries/idempotency.queries.ts';

const KEY = /^[!-~]{1,255}$/;

/**
 * One person's call under a key of theirs. Two inputs are one if their canonical JSON (RFC 8785) is: the order of
 * their properties makes no difference.
 * @param input as it was sent; nothing for a call without one
 * @throws DomainError `INVALID_INPUT` on `Idempotency-Key`
 */
export function toKeyedCall(
  userId: string,
  procedure: string,
  { key, input }: { key: string; input: Json | undefined },
): KeyedCall {
  if (!KEY.test(key)) {
    throw invalidField('Idempotency-Key', 'A key is 1 to 255 visible ASCII characters, without spaces.');
  }
  const text = input === undefined ? '' : toCanonicalJson(input);
  return { userId, procedure, key, inputHash: createHash('sha256').update(text).digest('hex') };
}
