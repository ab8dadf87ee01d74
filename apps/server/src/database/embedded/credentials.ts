import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clusterVersion } from './cluster-version.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { localHome } from './place.ts';

/** Kept in `DATA_DIR/postgres.json`, readable by its owner alone. */
export interface Credentials {
  /** Tells this database apart from an earlier one of the same path. */
  id: string;
  ownerPassword: string;
  appPassword: string;
}

/** Reads the credentials of the database in `dataDir`; undefined when none was made. */
export async function readCredentials(dataDir: string): Promise<Credentials | undefined> {
  const file = credentialsFile(dataDir);
  try {
    return parse(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The same, but random ones are made and written to disk first when there are none.
 * @throws EmbeddedDatabaseError when there is a database that only the missing ones open
 */
export async function ensureCredentials(dataDir: string): Promise<Credentials> {
  const existing = await readCredentials(dataDir);
  if (existing) return existing;
  if (await clusterVersion(path.join(localHome(dataDir), 'cluster'))) throw lost(dataDir);
  const credentials = {
    id: randomBytes(8).toString('hex'),
    ownerPassword: randomBytes(24).toString('base64url'),
    appPassword: randomBytes(24).toString('base64url'),
  };
  await writeDurably(credentialsFile(dataDir), `${JSON.stringify(credentials, null, 2)}\n`);
  return credentials;
}

function credentialsFile(dataDir: string): string {
  return path.join(dataDir, 'postgres.json');
}

function lost(dataDir: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `${credentialsFile(dataDir)} is missing, and it alone opens the embedded database in ${localHome(dataDir)}; put back a copy of it, or move that directory away to start with an empty database.`,
  );
}

function parse(text: string, file: string): Credentials {
  try {
    const { id, ownerPassword, appPassword } = JSON.parse(text) as Partial<Credentials>;
    if (id && ownerPassword && appPassword) return { id, ownerPassword, appPassword };
  } catch {
    // Said below.
  }
  throw new EmbeddedDatabaseError(
    `${file} is damaged; put back a copy of it, it opens the embedded database.`,
  );
}

// A half-written file would lock everybody out of the database, so it appears whole or not at all.
// The name is fixed, and the caller holds the lock: what a killed process left is replaced.
async function writeDurably(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
