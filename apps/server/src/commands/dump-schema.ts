import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectDatabase } from '../database/connection.ts';
import { migrate } from '../database/migrate.ts';
import { dumpSchema } from '../database/schema-dump.ts';
import type { Settings } from '../settings.ts';
import { openDatabase } from '../startup.ts';

const SCHEMA_FILE = path.join('apps', 'server', 'database', 'schema.sql');

/** `npm run db:dump`: writes the schema as it is now into `database/schema.sql`. */
export async function dumpSchemaFile(settings: Settings): Promise<void> {
  const opened = await openDatabase(settings, { maxConnections: 1 });
  try {
    await migrate(opened);
    const owner = connectDatabase(opened.ownerUrl, { maxConnections: 1 });
    try {
      mkdirSync(path.dirname(SCHEMA_FILE), { recursive: true });
      writeFileSync(SCHEMA_FILE, await dumpSchema(owner.kysely));
    } finally {
      await owner.close();
    }
    console.log(`Wrote ${SCHEMA_FILE}.`);
  } finally {
    await opened.close();
  }
}
