import { type Json, toCanonicalJson } from '@truconn/contract';
import type { KeyedCall, KeyOwner } from '../../database/queries/idempotency.queries.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import type { Identity } from '../caller.ts';
import { invalidField } from '../domain-error.ts';

export { idOf, type KeyedCall } from '../../database/queries/idempotency.queries.ts';

const KEY = /^[!-~]{1,255}$/;

/** Whose keys a caller's are. */
export function keyOwnerOf(identity: Identity): KeyOwner {
  return 'apiKey' in identity ? { apiKeyId: identity.apiKey.id } : { userId: identity.principal.userId };
}

/**
 * Somebody's call under a key of theirs. Two inputs are one if their canonical JSON (RFC 8785) is: the order of
 * their properties makes no difference. An input may hold what is encrypted elsewhere, so no plain hash of it is kept.
 * @param input as it was sent; nothing for a call without one
 * @throws DomainError `INVALID_INPUT` on `Idempotency-Key`
 */
export function toKeyedCall(
  owner: KeyOwner,
  procedure: string,
  { key, input }: { key: string; input: Json | undefined },
  envelope: Envelope,
): KeyedCall {
  if (!KEY.test(key)) {
    throw invalidField('Idempotency-Key', 'A key is 1 to 255 visible ASCII characters, without spaces.');
  }
  const text = input === undefined ? '' : toCanonicalJson(input);
  const [inputHash, ...formerInputHashes] = envelope.fingerprints(text);
  return { owner, procedure, key, inputHash, formerInputHashes };
}
