import { EmbeddedDatabaseError } from './database/embedded/index.ts';
import { EncryptionError } from './encryption/encryption-error.ts';
import { type Settings, SettingsError } from './settings.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
// PostgreSQL's classes 28 (authorization) and 3D (no such database), and 53300 and 57P03.
const REFUSED = /^(28|3D|53300|57P03)/;
const NO_RIGHTS = '42501';
const DISK_FULL = '53100';

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ENOENT']);

/**
 * Says in a sentence what stopped a start or a command, and what to do about it.
 * @returns nothing for an error nobody foresaw
 */
export function explainFailure(error: unknown, settings?: Settings): string | undefined {
  if (error instanceof SettingsError) return error.problems.join('\n');
  if (error instanceof EmbeddedDatabaseError || error instanceof EncryptionError) return error.message;
  const { code, syscall, message, path } = error as NodeJS.ErrnoException;
  if (code === undefined) return explainUncoded(message, settings);
  if (syscall === 'listen') return explainListen(code, settings);
  if (UNREACHABLE.has(code)) {
    return `The database in DATABASE_URL cannot be reached (${code}): start it, or correct DATABASE_URL, or unset it to use the embedded PostgreSQL.`;
  }
  if (REFUSED.test(code)) {
    return `The database in DATABASE_URL refused the connection (${message}): correct the user, the password or the database name in DATABASE_URL.`;
  }
  if (code === NO_RIGHTS) {
    return `The database role lacks rights (${message}): put the owner's connection into DATABASE_MIGRATION_URL, so that npm run migrate can set the database up.`;
  }
  if (code === DISK_FULL) return `The database has no space left (${message}): free some on its disk.`;
  if (UNWRITABLE.has(code)) {
    return `${path ?? settings?.dataDir ?? 'DATA_DIR'} cannot be written (${code}): make it writable, free some space, or set DATA_DIR to another directory.`;
  }
  return undefined;
}

function explainUncoded(message: string | undefined, settings: Settings | undefined): string | undefined {
  if (message?.startsWith('corrupted migrations')) {
    return 'The database was set up by a newer TruConn than this one: start that version, or restore a backup from before it.';
  }
  return settings?.databaseUrl !== undefined && message?.includes('timeout')
    ? 'The database in DATABASE_URL does not answer: check the address and the network, or unset DATABASE_URL to use the embedded PostgreSQL.'
    : undefined;
}

function explainListen(code: string, settings: Settings | undefined): string {
  const where = `${settings?.host ?? 'HOST'}:${settings?.port ?? 'PORT'}`;
  if (code === 'EADDRINUSE') {
    return `Port ${settings?.port ?? ''} is taken: stop the other program, or choose another port with PORT=8001 npm start.`;
  }
  if (code === 'EACCES') return `${where} needs more rights to listen on: choose a PORT of 1024 or more.`;
  return `The server cannot listen on ${where} (${code}): correct HOST and PORT.`;
}
