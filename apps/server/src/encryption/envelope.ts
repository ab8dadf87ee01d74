import { createHmac, hkdfSync } from 'node:crypto';
import { EncryptionError } from './encryption-error.ts';
import type { MasterKeys } from './master-keys.ts';
import { NONCE_BYTES, open, seal } from './seal.ts';

export { makeKey, open, type Sealed, seal } from './seal.ts';

/** A key as the database keeps it. */
export interface Wrapped {
  /** The nonce, and what is sealed under it. */
  bytes: Buffer;
  /** The master key that unwraps it. */
  masterKeyId: string;
}

/** Wraps keys under the present master key, and unwraps those of the former ones, too. */
export interface Envelope {
  readonly masterKeyId: string;
  /** @param context what the key is for: it unwraps under the same context alone */
  wrap(key: Uint8Array, context: string): Wrapped;
  /** @throws EncryptionError for a master key that no setting gives, and for what was changed or moved */
  unwrap(wrapped: Wrapped, context: string): Buffer;
  /**
   * Hashes by which the same text is known again, in hex: the first is under the present master key, the others under
   * the former ones. Who has the database and no master key cannot try texts against them.
   */
  fingerprints(text: string): [string, ...string[]];
}

/** @example createEnvelope(await loadMasterKeys(settings)).wrap(key, recordKeyContext(userId)) */
export function createEnvelope(keys: MasterKeys): Envelope {
  const { current, byId } = keys;
  const former = [...byId.values()].filter(({ id }) => id !== current.id);
  const hashKey = fingerprintKey(current.bytes);
  const formerHashKeys = former.map(({ bytes }) => fingerprintKey(bytes));
  return {
    masterKeyId: current.id,
    wrap(key, context) {
      const { nonce, ciphertext } = seal(current.bytes, key, context);
      return { bytes: Buffer.concat([nonce, ciphertext]), masterKeyId: current.id };
    },
    unwrap({ bytes, masterKeyId }, context) {
      const masterKey = byId.get(masterKeyId);
      if (masterKey === undefined) throw unknownMasterKeys([masterKeyId]);
      const nonce = bytes.subarray(0, NONCE_BYTES);
      return open(masterKey.bytes, { nonce, ciphertext: bytes.subarray(NONCE_BYTES) }, context);
    },
    fingerprints: (text) => [
      fingerprint(hashKey, text),
      ...formerHashKeys.map((key) => fingerprint(key, text)),
    ],
  };
}

// Keys of their own: one key is never used by two algorithms.
function fingerprintKey(masterKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', 'truconn/fingerprint/v1', 32));
}

function fingerprint(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Says which setting lacks a master key. */
export function unknownMasterKeys(ids: readonly string[]): EncryptionError {
  return new EncryptionError(
    `The database holds keys that were wrapped under another MASTER_KEY (${ids.join(', ')}): add that one to MASTER_KEY_FALLBACKS, or set it as MASTER_KEY again.`,
  );
}
