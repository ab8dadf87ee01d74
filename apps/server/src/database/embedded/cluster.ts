import { chown, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { clusterVersion } from './cluster-version.ts';
import type { Credentials } from './credentials.ts';
import { EmbeddedDatabaseError, explainProgramError } from './embedded-database-error.ts';
import type { Place } from './place.ts';
import { lastProblem, runCommand } from './run-command.ts';

const OWNER = 'truconn_owner';
const WORK_PREFIX = 'making-';

// C.UTF-8 is built into PostgreSQL: the same order on every machine, and no locale of the system is needed.
const INITDB_OPTIONS = [
  '--pgdata=cluster',
  '--pwfile=password',
  `--username=${OWNER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/**
 * Makes the cluster where there is none. It is made beside its place and then moved there,
 * so a process killed in between leaves nothing that the next start could mistake for a cluster.
 * @throws EmbeddedDatabaseError when it cannot be made, or another major version made it
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  credentials: Credentials,
  report: (line: string) => void,
): Promise<void> {
  await removeLeftovers(place.home);
  const version = await clusterVersion(place.cluster);
  if (version !== undefined) return refuseOtherVersion(version, place, binaries);
  report(`Making a new database in ${place.cluster} …`);
  await makeCluster(place, binaries, credentials);
}

async function makeCluster(place: Place, binaries: Binaries, credentials: Credentials): Promise<void> {
  const work = await mkdtemp(path.join(place.home, WORK_PREFIX));
  try {
    await writeFile(path.join(work, 'password'), credentials.ownerPassword, { mode: 0o600 });
    if (place.user) await giveTo(place.user, work, path.join(work, 'password'));
    // Relative paths: the programs hand theirs to a shell, where a quote in DATA_DIR would end the string.
    const result = await runCommand(binaries.initdb, INITDB_OPTIONS, { cwd: work, user: place.user });
    if (!result.ok) throw explainProgramError('made', place.home, lastProblem(result.output));
    await rename(path.join(work, 'cluster'), place.cluster);
  } finally {
    await remove(work);
  }
}

async function giveTo(user: { uid: number; gid: number }, ...files: string[]): Promise<void> {
  for (const file of files) await chown(file, user.uid, user.gid);
}

// What a killed process left; its initdb may still be writing there, and then the next start removes it.
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(WORK_PREFIX)) await remove(path.join(home, name));
  }
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

function refuseOtherVersion(version: string, place: Place, binaries: Binaries): void {
  const ours = binaries.version.split('.')[0];
  if (version === ours) return;
  throw new EmbeddedDatabaseError(
    `The embedded database in ${place.cluster} was made by PostgreSQL ${version}, and this TruConn brings PostgreSQL ${ours}; start it with the TruConn that made it and move the data over, or set DATA_DIR to another directory.`,
  );
}
