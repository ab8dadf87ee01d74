import { type Attachment, attach } from './attach.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { type Credentials, ensureCredentials } from './credentials.ts';
import { EmbeddedDatabaseError, explainFileError } from './embedded-database-error.ts';
import { withLock } from './lock.ts';
import { choosePlace, ensureDataDir, type Place, SYSTEM_ROOT } from './place.ts';
import { prepareDatabase } from './prepare.ts';
import { stopServer } from './server.ts';
import { type DatabaseUrls, databaseUrls } from './urls.ts';

export { EmbeddedDatabaseError } from './embedded-database-error.ts';
export { ensureDataDir } from './place.ts';
export { type EmbeddedDatabaseStatus, embeddedDatabaseStatus } from './status.ts';

export interface EmbeddedDatabase extends DatabaseUrls {
  /** Where the cluster is. */
  directory: string;
  /** It was running already: another process uses it, or one was killed and left it behind. */
  adopted: boolean;
  /** Sentences that a person should read, such as why the database is not under DATA_DIR. */
  notices: string[];
  /**
   * Disconnects, and stops PostgreSQL when no other process uses it. End your own pools first.
   * Never rejects: what could not be stopped is taken over by the next start.
   */
  leave(): Promise<void>;
}

export interface JoinOptions {
  dataDir: string;
  /** Told what is being done, a line at a time. */
  report?: (line: string) => void;
  /** Where root keeps what cannot live in a closed home directory. */
  systemRoot?: string;
}

/**
 * Joins the real PostgreSQL that belongs to `dataDir`: makes it, starts it or takes it over as needed.
 * Any number of processes may join at once.
 * @throws EmbeddedDatabaseError
 * @example const database = await joinEmbeddedDatabase({ dataDir: '.data' });
 */
export async function joinEmbeddedDatabase(options: JoinOptions): Promise<EmbeddedDatabase> {
  const dataDir = await ensureDataDir(options.dataDir);
  try {
    return await withLock(dataDir, () => join(dataDir, options));
  } catch (error) {
    throw error instanceof EmbeddedDatabaseError ? error : explainFileError(error, dataDir);
  }
}

async function join(dataDir: string, options: JoinOptions): Promise<EmbeddedDatabase> {
  const { report = () => undefined, systemRoot = SYSTEM_ROOT } = options;
  const credentials = await ensureCredentials(dataDir);
  const place = await choosePlace(dataDir, credentials, systemRoot);
  const binaries = await findBinaries(place.user, systemRoot);
  await ensureCluster(place, binaries, credentials, report);
  const attachment = await attach(place, binaries, credentials, report);
  await prepare(attachment, credentials);
  return {
    ...databaseUrls(attachment.port, credentials),
    directory: place.cluster,
    adopted: attachment.adopted,
    notices: place.notices,
    leave: once(() => leave(dataDir, place, binaries, attachment)),
  };
}

async function prepare({ presence }: Attachment, credentials: Credentials): Promise<void> {
  try {
    await presence.run((client) => prepareDatabase(client, credentials));
  } catch (error) {
    await presence.end();
    throw error;
  }
}

async function leave(
  dataDir: string,
  place: Place,
  binaries: Binaries,
  { presence }: Attachment,
): Promise<void> {
  try {
    await withLock(dataDir, async () => {
      const others = await presence.countOthers();
      await presence.end();
      if (others === 0) await stopServer(place, binaries);
    });
  } catch {
    await presence.end();
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
