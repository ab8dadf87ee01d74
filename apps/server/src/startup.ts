import { connectDatabase, type Database } from './database/connection.ts';
import { joinEmbeddedDatabase } from './database/embedded/index.ts';
import type { DatabaseAddresses } from './database/migrate.ts';
import type { Settings } from './settings.ts';

/** The database that the settings name, ours or somebody else's. */
export interface OpenedDatabase extends DatabaseAddresses {
  database: Database;
  /** The server's role, past a transaction pooler: for session locks and LISTEN. */
  directUrl: string;
  /** For a person: where the data is. */
  place: string;
  /** Sentences that a person should read. */
  notices: string[];
  /** Ends the pool and leaves the embedded PostgreSQL, which the last one out stops. */
  close(): Promise<void>;
}

export interface OpenOptions {
  report?: (line: string) => void;
  maxConnections?: number;
}

/** Opens `DATABASE_URL`, or the embedded PostgreSQL where none is set. */
export async function openDatabase(settings: Settings, options: OpenOptions = {}): Promise<OpenedDatabase> {
  const found = settings.databaseUrl === undefined ? await joinOwn(settings, options) : external(settings);
  const database = connectDatabase(found.appUrl, {
    statementNames: settings.statementNames,
    ...(options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }),
  });
  return {
    ...found,
    database,
    async close() {
      await database.close();
      await found.leave();
    },
  };
}

async function joinOwn(settings: Settings, { report }: OpenOptions) {
  const embedded = await joinEmbeddedDatabase({
    dataDir: settings.dataDir,
    ...(report === undefined ? {} : { report }),
  });
  const { ownerUrl, appUrl, directory, notices } = embedded;
  return { ownerUrl, appUrl, directUrl: appUrl, place: directory, notices, leave: () => embedded.leave() };
}

function external(settings: Settings) {
  const appUrl = settings.databaseUrl ?? '';
  const { hostname, port, pathname } = new URL(appUrl);
  return {
    appUrl,
    directUrl: settings.databaseDirectUrl ?? appUrl,
    ownerUrl: settings.databaseMigrationUrl ?? settings.databaseDirectUrl ?? appUrl,
    place: `${hostname}${port === '' ? '' : `:${port}`}${pathname} (DATABASE_URL)`,
    notices: [],
    leave: async () => undefined,
  };
}
