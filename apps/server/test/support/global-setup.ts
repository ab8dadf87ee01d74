import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { joinEmbeddedDatabase } from '../../src/database/embedded/index.ts';
import { migrate } from '../../src/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The superuser's connection to the cluster of this test run. */
    adminUrl: string;
    ownerUrl: string;
    appUrl: string;
  }
}

/** The migrated database that each test file's own is copied from. */
export const TEMPLATE = 'truconn';

/** One real PostgreSQL for the whole run, in a directory of its own, gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-test-'));
  // Root's database runs as another user, who must be able to pass.
  chmodSync(dataDir, 0o711);
  const embedded = await joinEmbeddedDatabase({ dataDir });
  await migrate(embedded);
  await refuseConnections(embedded.adminUrl);
  project.provide('adminUrl', embedded.adminUrl);
  project.provide('ownerUrl', embedded.ownerUrl);
  project.provide('appUrl', embedded.appUrl);
  return async () => {
    await embedded.leave();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}

// A database that somebody is connected to cannot be copied.
async function refuseConnections(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`alter database ${TEMPLATE} is_template true`);
  await client.end();
}
