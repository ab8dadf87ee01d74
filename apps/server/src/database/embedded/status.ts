import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { clusterVersion } from './cluster-version.ts';
import { readCredentials } from './credentials.ts';
import { explainFileError } from './embedded-database-error.ts';
import { findHome, localHome, possibleHomes, SYSTEM_ROOT } from './place.ts';
import { isRunning } from './postmaster.ts';

export interface EmbeddedDatabaseStatus {
  created: boolean;
  running: boolean;
  /** Where the cluster is, or would be. */
  directory: string;
  /** The major version that made it, such as "18". */
  version?: string;
}

/** Looks at the embedded database of `dataDir`; makes and starts nothing. */
export async function embeddedDatabaseStatus(
  dataDir: string,
  systemRoot = SYSTEM_ROOT,
): Promise<EmbeddedDatabaseStatus> {
  const directory = path.join(await findCurrentHome(path.resolve(dataDir), systemRoot), 'cluster');
  const version = await clusterVersion(directory);
  const created = version !== undefined;
  return {
    created,
    running: created && (await isRunning(directory)),
    directory,
    ...(created && { version }),
  };
}

async function findCurrentHome(dataDir: string, systemRoot: string): Promise<string> {
  const local = localHome(dataDir);
  try {
    const real = await realpath(dataDir).catch(() => dataDir);
    const credentials = await readCredentials(real);
    if (!credentials) return local;
    return (await findHome(possibleHomes(real, credentials, systemRoot))) ?? local;
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}
