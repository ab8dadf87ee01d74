import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Credentials } from './credentials.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import type { Place } from './place.ts';
import { findRunningPort } from './postmaster.ts';
import { Presence } from './presence.ts';
import { startServer } from './server.ts';
import { databaseUrls } from './urls.ts';

const PATIENCE_MS = 60_000;

export interface Attachment {
  port: number;
  presence: Presence;
  /** The server was running before. */
  adopted: boolean;
}

/**
 * Connects to the server of this cluster, starting it where none runs. One whose process was killed is
 * taken over as it is: logging in with our password proves that it is ours.
 * @throws EmbeddedDatabaseError when it does not start, or does not let us in
 */
export async function attach(
  place: Place,
  binaries: Binaries,
  credentials: Credentials,
  report: (line: string) => void,
): Promise<Attachment> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const running = await findRunningPort(place.cluster);
    if (running === undefined) report(`Starting PostgreSQL ${binaries.version} …`);
    const port = running ?? (await startServer(place, binaries));
    try {
      const presence = await Presence.open(databaseUrls(port, credentials).adminUrl);
      return { port, presence, adopted: running !== undefined };
    } catch (error) {
      if (isFinal(error) || Date.now() > deadline) throw refused(place, error as Error);
    }
    await delay(100);
  }
}

// Class 28 is a wrong password, 3D a missing database. All else passes: starting, stopping, full, cut off.
function isFinal(error: unknown): boolean {
  return /^(28|3D)/.test((error as { code?: string }).code ?? '');
}

function refused(place: Place, error: Error): EmbeddedDatabaseError {
  const advice = isFinal(error)
    ? 'Put back the postgres.json that belongs to it in DATA_DIR, or set DATA_DIR to another directory.'
    : 'See server.log beside it, then start again.';
  return new EmbeddedDatabaseError(
    `The embedded database in ${place.cluster} does not let us in: ${error.message}. ${advice}`,
    { cause: error },
  );
}
