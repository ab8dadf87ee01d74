import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSigningKeys } from '../../src/auth/secrets.ts';
import { parseSettings } from '../../src/settings.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const load = () => loadSigningKeys(parseSettings({ DATA_DIR: path.join(dataDir, 'data') }, '/'));
const file = () => path.join(dataDir, 'data', 'secret-key');

describe('without SECRET_KEY', () => {
  it('a secret is made once, kept under DATA_DIR, and read by every start after', async () => {
    const first = await load();
    expect(readFileSync(file(), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await load()).current).toEqual(first.current);
  });

  it('only its owner can read it', async () => {
    await load();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('two installations have two', async () => {
    const first = await load();
    rmSync(file());
    expect((await load()).current.id).not.toBe(first.current.id);
  });

  it('half a secret stops the start with a sentence, and is not replaced behind one’s back', async () => {
    await load();
    writeFileSync(file(), 'abc\n');
    await expect(load()).rejects.toThrow(/secret-key does not hold a whole secret; remove it/);
    expect(readFileSync(file(), 'utf8')).toBe('abc\n');
  });
});
