import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureDataDir } from './database/embedded/index.ts';
import { SettingsError } from './settings.ts';

/** A secret that is made where no setting gives one. */
export interface KeptSecret {
  /** Its file's name in DATA_DIR. */
  name: string;
  /** Follows "`file` does not hold a whole secret": what to do, and what is lost by it. */
  whenDamaged: string;
}

/**
 * Reads a secret under DATA_DIR; the first time, it is made there.
 * @throws EmbeddedDatabaseError when DATA_DIR cannot be made, SettingsError when the kept secret is damaged
 */
export async function keepSecret(dataDir: string, { name, whenDamaged }: KeptSecret): Promise<string> {
  const file = path.join(await ensureDataDir(dataDir), name);
  const made = `${randomBytes(32).toString('hex')}\n`;
  try {
    // `wx` lets one of several processes that start at once make the secret; the others read it.
    await writeFile(file, made, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length >= 32) return secret;
  throw new SettingsError([`${file} does not hold a whole secret; ${whenDamaged}`]);
}
