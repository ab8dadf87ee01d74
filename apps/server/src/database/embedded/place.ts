import { createHash } from 'node:crypto';
import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Credentials } from './credentials.ts';
import { isThere, makeDirectory } from './directories.ts';
import { EmbeddedDatabaseError, explainFileError } from './embedded-database-error.ts';
import type { SystemUser } from './run-command.ts';
import { canEnter, databaseUser, isRoot } from './system-user.ts';

/** Where root keeps databases that cannot live in a closed home directory. */
export const SYSTEM_ROOT = '/var/lib/truconn';

/** Where a database is, or would be. */
export interface Place {
  /** Ours alone; holds the cluster, its log, and what is being made. */
  home: string;
  /** The directory that PostgreSQL calls its data directory. */
  cluster: string;
  /** Who runs PostgreSQL; undefined: the user of this process. */
  user: SystemUser | undefined;
  notices: string[];
}

/**
 * Makes `dataDir` where it is missing, and resolves links.
 * Root's can be passed through by others, or PostgreSQL's user could not reach its own directory inside.
 */
export async function ensureDataDir(dataDir: string): Promise<string> {
  refuseImpossiblePath(path.resolve(dataDir));
  try {
    await makeDirectory(path.resolve(dataDir), isRoot() ? 0o711 : 0o700);
    return await realpath(dataDir);
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

// PostgreSQL keeps paths in 1024 bytes, and writes them into a file of lines.
function refuseImpossiblePath(dataDir: string): void {
  if (Buffer.byteLength(dataDir) < 930 && !/[\r\n]/.test(dataDir)) return;
  throw new EmbeddedDatabaseError(
    'The path of DATA_DIR is too long for PostgreSQL, or has a line break in it; set DATA_DIR to a shorter and simpler one.',
  );
}

/** Under DATA_DIR, and for root the one that is used when the first is closed to PostgreSQL's user. */
export interface Homes {
  local: string;
  system: string | undefined;
}

/** The directories in which the database of this `dataDir` may be. */
export function possibleHomes(dataDir: string, credentials: Credentials, systemRoot: string): Homes {
  // The identity is part of the name, so that who deletes DATA_DIR starts with an empty database.
  const hash = createHash('sha256').update(`${dataDir}\n${credentials.id}`).digest('hex').slice(0, 12);
  return { local: localHome(dataDir), system: isRoot() ? path.join(systemRoot, hash) : undefined };
}

export function localHome(dataDir: string): string {
  return path.join(dataDir, 'postgres');
}

/** The home that has a cluster. */
export async function findHome({ local, system }: Homes): Promise<string | undefined> {
  if (await isThere(path.join(local, 'cluster'))) return local;
  return system && (await isThere(path.join(system, 'cluster'))) ? system : undefined;
}

/**
 * Decides where the database is, and makes its home when it is new.
 * @throws EmbeddedDatabaseError when an existing one belongs to someone else or cannot be entered
 */
export async function choosePlace(
  dataDir: string,
  credentials: Credentials,
  systemRoot: string,
): Promise<Place> {
  const homes = possibleHomes(dataDir, credentials, systemRoot);
  const existing = await findHome(homes);
  const notices = existing && existing === homes.system ? [closedNotice(dataDir, existing)] : [];
  if (existing) return placeAt(existing, await existingUser(existing), notices);
  if (homes.system) return newPlaceForRoot(dataDir, homes.local, homes.system);
  return placeAt(await makeHome(homes.local), undefined, []);
}

async function newPlaceForRoot(dataDir: string, local: string, system: string): Promise<Place> {
  const user = await databaseUser();
  if (await canEnter(user, dataDir)) return placeAt(await makeHome(local), user, []);
  await ensureSystemRoot(path.dirname(system));
  await makeHome(system);
  await writeFile(path.join(system, 'belongs-to'), `${dataDir}\n`);
  if (await canEnter(user, system)) return placeAt(system, user, [closedNotice(dataDir, system)]);
  throw new EmbeddedDatabaseError(
    `PostgreSQL does not run as root, and its user can enter neither ${dataDir} nor ${system}; set DATA_DIR to a directory that other users can enter.`,
  );
}

// Who made the cluster runs it: "sudo npm start" on a user's own checkout must find that user's data.
async function existingUser(home: string): Promise<SystemUser | undefined> {
  const cluster = path.join(home, 'cluster');
  const { uid, gid } = await stat(cluster);
  const owner = { uid, gid };
  if (!isRoot()) {
    if (process.getuid === undefined || owner.uid === process.getuid()) return undefined;
    throw new EmbeddedDatabaseError(
      `The embedded database in ${cluster} belongs to another user (number ${owner.uid}); start as that user or as root, or set DATA_DIR to another directory.`,
    );
  }
  if (owner.uid !== 0 && (await canEnter(owner, cluster))) return owner;
  throw new EmbeddedDatabaseError(
    `The embedded database in ${cluster} cannot be entered by its user (number ${owner.uid}), and PostgreSQL does not run as root; open the directories above it to that user, or set DATA_DIR to another directory.`,
  );
}

/** Makes the directory above root's databases, open for passing through; one that exists is left as it is. */
export async function ensureSystemRoot(systemRoot: string): Promise<void> {
  if (await isThere(systemRoot)) return;
  await makeDirectory(systemRoot, 0o755);
  await chmod(systemRoot, 0o755);
}

async function makeHome(home: string): Promise<string> {
  await makeDirectory(home, 0o700);
  await chmod(home, isRoot() ? 0o711 : 0o700);
  return home;
}

function placeAt(home: string, user: SystemUser | undefined, notices: string[]): Place {
  return { home, cluster: path.join(home, 'cluster'), user, notices };
}

function closedNotice(dataDir: string, home: string): string {
  return `This is root, and ${dataDir} is closed to other users, so the database is in ${home}.`;
}
