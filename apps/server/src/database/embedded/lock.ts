import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

/** A holder that was killed is overruled after this long. */
const STALE_MS = 5_000;
/** Creating the database takes seconds, recovering a killed one may take more. */
const PATIENCE_MS = 60_000;

/**
 * Runs `action` while no other process makes, starts, joins or stops the database of this data directory.
 * It is written so that two holders at once (a clock that jumped, a machine that slept) do no harm:
 * PostgreSQL's own lock file still lets one server in.
 * @throws EmbeddedDatabaseError when another process keeps the lock for a minute
 */
export async function withLock<T>(
  dataDir: string,
  action: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const release = await acquire(dataDir, Date.now() + patienceMs);
  try {
    return await action();
  } finally {
    // It fails only when the lock was taken from us meanwhile; then it is not ours to release.
    await release().catch(() => undefined);
  }
}

// The package's own retries would also repeat, for a minute, what cannot succeed: a directory that is read-only.
async function acquire(dataDir: string, deadline: number): Promise<() => Promise<void>> {
  const lockfilePath = path.join(dataDir, 'postgres.lock');
  const options = { lockfilePath, stale: STALE_MS, update: 1_000, onCompromised: () => undefined };
  for (;;) {
    try {
      return await lock(dataDir, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (Date.now() > deadline) throw keptLocked(lockfilePath);
    }
    await delay(30 + Math.random() * 100);
  }
}

function keptLocked(lockfilePath: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `Another process has kept the embedded database locked for a minute; if none runs, delete ${lockfilePath} and start again.`,
  );
}
