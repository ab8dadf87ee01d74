import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { runCommand, type SystemUser } from './run-command.ts';

/** PostgreSQL refuses to run as root, so root needs another user for it. Never true on Windows. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

// Debian and most others have useradd; Alpine has BusyBox's adduser.
const WAYS_TO_ADD: [string, string[]][] = [
  [
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/usr/sbin/nologin'],
  ],
  ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin']],
];

/**
 * Finds the system user for a new database, and adds it where there is none. Only root can.
 * @throws EmbeddedDatabaseError when it cannot be added
 */
export async function databaseUser(name = 'postgres'): Promise<SystemUser> {
  const reasons: string[] = [];
  for (const [command, args] of WAYS_TO_ADD) {
    const user = await findUser(name);
    if (user) return user;
    const added = await runCommand(command, [...args, name]);
    if (!added.ok) reasons.push(added.output);
  }
  // Another process may be adding the same user right now.
  await delay(200);
  const user = await findUser(name);
  if (user) return user;
  throw new EmbeddedDatabaseError(
    `PostgreSQL does not run as root, and the system user "${name}" could not be added (${reasons[0]}). ` +
      'Add it, start as an ordinary user, or set DATABASE_URL.',
  );
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  const [uid, gid] = await Promise.all([runCommand('id', ['-u', name]), runCommand('id', ['-g', name])]);
  return uid.ok && gid.ok ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
}

/** Whether that user can enter the directory, whatever decides it: modes, access lists or mounts. */
export async function canEnter(user: SystemUser, directory: string): Promise<boolean> {
  const result = await runCommand('/bin/sh', ['-c', 'test -x "$1"', 'sh', directory], { user });
  return result.ok;
}
