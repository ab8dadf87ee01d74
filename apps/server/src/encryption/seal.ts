import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EncryptionError } from './encryption-error.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D 8.2.2: random, and one key seals less than 2^32 times. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What `seal` makes; the tag is the ciphertext's end. */
export interface Sealed {
  nonce: Buffer;
  ciphertext: Buffer;
}

/** A new key of 256 random bits. */
export function makeKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/**
 * Encrypts with AES-256-GCM under a nonce of its own.
 * @param key 256 bits
 * @param context what the text is and whose: it opens under the same context alone, and is not hidden
 */
export function seal(key: Uint8Array, plaintext: Uint8Array, context: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  return {
    nonce,
    ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]),
  };
}

/**
 * What was sealed under this key and context.
 * @throws EncryptionError for every other key or context, and for what was changed
 */
export function open(key: Uint8Array, { nonce, ciphertext }: Sealed, context: string): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new EncryptionError(`What is encrypted as "${context}" does not open: it was changed or moved.`, {
      cause: error,
    });
  }
}
