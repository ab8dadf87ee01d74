import path from 'node:path';
import { type LockOptions, lock } from 'proper-lockfile';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/** A holder that was killed is overruled after this long. */
const STALE_MS = 5_000;
/** About a minute of waiting in all: creating the database takes seconds, recovering a killed one may take more. */
const RETRIES: LockOptions['retries'] = { retries: 400, minTimeout: 30, maxTimeout: 150, factor: 1.2 };

/**
 * Runs `action` while no other process makes, starts, joins or stops the database of this data directory.
 * It is written so that two holders at once (a clock that jumped, a machine that slept) do no harm:
 * PostgreSQL's own lock file still lets one server in.
 * @throws EmbeddedDatabaseError when another process keeps the lock for a minute
 */
export async function withLock<T>(
  dataDir: string,
  action: () => Promise<T>,
  retries: LockOptions['retries'] = RETRIES,
): Promise<T> {
  const release = await acquire(dataDir, retries);
  try {
    return await action();
  } finally {
    // It fails only when the lock was taken from us meanwhile; then it is not ours to release.
    await release().catch(() => undefined);
  }
}

async function acquire(dataDir: string, retries: LockOptions['retries']): Promise<() => Promise<void>> {
  const lockfilePath = path.join(dataDir, 'postgres.lock');
  try {
    return await lock(dataDir, {
      lockfilePath,
      stale: STALE_MS,
      update: 1_000,
      retries,
      onCompromised: () => undefined,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new EmbeddedDatabaseError(
      `Another process has kept the embedded database locked for a minute; if none runs, delete ${lockfilePath} and start again.`,
    );
  }
}
