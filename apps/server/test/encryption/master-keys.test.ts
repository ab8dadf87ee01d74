import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveSigningKeys, loadSigningKeys } from '../../src/auth/secrets.ts';
import { deriveMasterKeys, loadMasterKeys } from '../../src/encryption/master-keys.ts';
import { parseSettings } from '../../src/settings.ts';

const KEY = '4f1c9a7be2d853061f7a9c0e5b2d8846aa10';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-master-key-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const settings = (env: Record<string, string> = {}) => parseSettings({ DATA_DIR: dataDir, ...env }, '/');
const file = () => path.join(dataDir, 'master-key');

describe('without MASTER_KEY', () => {
  it('a secret is made once, kept under DATA_DIR for its owner alone, and read by every start after', async () => {
    const starts = await Promise.all(Array.from({ length: 5 }, () => loadMasterKeys(settings())));
    expect(new Set(starts.map(({ current }) => current.id)).size).toBe(1);
    expect(readFileSync(file(), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('it is another one than that of SECRET_KEY', async () => {
    await Promise.all([loadMasterKeys(settings()), loadSigningKeys(settings())]);
    expect(readFileSync(file(), 'utf8')).not.toBe(readFileSync(path.join(dataDir, 'secret-key'), 'utf8'));
  });

  it('half a secret stops the start, and is not replaced behind one’s back', async () => {
    writeFileSync(file(), 'abc\n');
    await expect(loadMasterKeys(settings())).rejects.toThrow(
      /master-key does not hold a whole secret; put it back/,
    );
    expect(readFileSync(file(), 'utf8')).toBe('abc\n');
  });
});

describe('MASTER_KEY', () => {
  it('gives the same key everywhere, under the same id', async () => {
    const { current } = await loadMasterKeys(settings({ MASTER_KEY: KEY }));
    expect(current).toEqual(deriveMasterKeys(KEY).current);
    expect(current.bytes).toHaveLength(32);
    expect(current.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('gives no key that another secret or another purpose gives', () => {
    const { current } = deriveMasterKeys(KEY);
    expect(deriveMasterKeys(`${KEY}1`).current.bytes).not.toEqual(current.bytes);
    expect(deriveSigningKeys(KEY).current.bytes).not.toEqual(current.bytes);
    expect(deriveSigningKeys(KEY).current.id).not.toBe(current.id);
  });

  it('has MASTER_KEY_FALLBACKS beside it', async () => {
    const keys = await loadMasterKeys(settings({ MASTER_KEY: KEY, MASTER_KEY_FALLBACKS: `${KEY}1,${KEY}2` }));
    const ids = [KEY, `${KEY}1`, `${KEY}2`].map((secret) => deriveMasterKeys(secret).current.id);
    expect([...keys.byId.keys()]).toEqual(ids);
    expect(keys.current.id).toBe(ids[0]);
  });
});
