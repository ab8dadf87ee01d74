import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EncryptionError } from '../../src/encryption/encryption-error.ts';
import { createEnvelope, makeKey, open, seal } from '../../src/encryption/envelope.ts';
import { deriveMasterKeys } from '../../src/encryption/master-keys.ts';

const OLD = '4f1c9a7be2d853061f7a9c0e5b2d8846aa10';
const NEW = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const TEXT = Buffer.from('Penicillin');

/** The same bytes with one bit turned. */
function turned(bytes: Buffer, index: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

describe('what is sealed', () => {
  const key = makeKey();
  const sealed = seal(key, TEXT, 'record 4 of asha');

  it('opens under its key and context', () => {
    expect(open(key, sealed, 'record 4 of asha')).toEqual(TEXT);
    const empty = seal(key, Buffer.alloc(0), '');
    expect(open(key, empty, '')).toHaveLength(0);
  });

  it('has a nonce of its own each time, and no byte of the text', () => {
    const others = Array.from({ length: 50 }, () => seal(key, TEXT, ''));
    expect(new Set(others.map(({ nonce }) => nonce.toString('hex'))).size).toBe(50);
    expect(sealed.ciphertext).toHaveLength(TEXT.length + 16);
    expect(sealed.ciphertext.includes(TEXT.subarray(0, 3))).toBe(false);
  });

  it('opens under no other key, and as nothing else', () => {
    expect(() => open(makeKey(), sealed, 'record 4 of asha')).toThrow(EncryptionError);
    expect(() => open(key, sealed, 'record 4 of ravi')).toThrow(EncryptionError);
    expect(() => open(key, sealed, 'record 5 of asha')).toThrow(EncryptionError);
  });

  it('does not open once a single bit was changed, or a byte cut off', () => {
    const { nonce, ciphertext } = sealed;
    const changed = [...ciphertext.keys()].map((index) => ({ nonce, ciphertext: turned(ciphertext, index) }));
    const cut = Array.from({ length: ciphertext.length }, (_, length) => ({
      nonce,
      ciphertext: ciphertext.subarray(0, length),
    }));
    for (const broken of [...changed, ...cut, { nonce: turned(nonce, 0), ciphertext }]) {
      expect(() => open(key, broken, 'record 4 of asha')).toThrow(EncryptionError);
    }
  });

  it('says in its failure nothing of the text', () => {
    expect(() => open(key, sealed, 'x')).toThrow(/^What is encrypted as "x" does not open/);
  });
});

describe('an envelope', () => {
  const key = makeKey();
  const old = createEnvelope(deriveMasterKeys(OLD));
  const wrapped = old.wrap(key, 'record key of asha');

  it('unwraps what it wrapped, as what it was wrapped as', () => {
    expect(old.unwrap(wrapped, 'record key of asha')).toEqual(key);
    expect(wrapped.masterKeyId).toBe(old.masterKeyId);
    expect(wrapped.bytes.includes(key)).toBe(false);
    expect(() => old.unwrap(wrapped, 'record key of ravi')).toThrow(EncryptionError);
    expect(() => old.unwrap({ ...wrapped, bytes: Buffer.alloc(0) }, 'record key of asha')).toThrow(
      EncryptionError,
    );
  });

  it('wraps under MASTER_KEY, and unwraps under MASTER_KEY_FALLBACKS, too', () => {
    const next = createEnvelope(deriveMasterKeys(NEW, [OLD]));
    expect(next.unwrap(wrapped, 'record key of asha')).toEqual(key);
    const again = next.wrap(key, 'record key of asha');
    expect(createEnvelope(deriveMasterKeys(NEW)).unwrap(again, 'record key of asha')).toEqual(key);
    expect(() => old.unwrap(again, 'record key of asha')).toThrow(EncryptionError);
  });

  it('knows a text again by a hash that needs a master key, and by the former ones', () => {
    const text = '{"bloodGroup":"A+"}';
    const [hash, ...others] = old.fingerprints(text);
    expect([hash, others]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), []]);
    expect(hash).not.toBe(createHash('sha256').update(text).digest('hex'));
    expect(old.fingerprints('{"bloodGroup":"B+"}')[0]).not.toBe(hash);
    const next = createEnvelope(deriveMasterKeys(NEW, [OLD, NEW])).fingerprints(text);
    expect(next).toHaveLength(2);
    expect(next[0]).not.toBe(hash);
    expect(next[1]).toBe(hash);
  });

  it('names the setting that lacks a master key', () => {
    const other = createEnvelope(deriveMasterKeys(NEW));
    expect(() => other.unwrap(wrapped, 'record key of asha')).toThrow(
      new RegExp(`${old.masterKeyId}.*MASTER_KEY_FALLBACKS`),
    );
  });
});
