import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { TEMPLATE } from './global-setup.ts';

/** A migrated database of one test file's own. */
export interface TestDatabase extends AsyncDisposable {
  name: string;
  /** For the server's role. */
  appUrl: string;
  /** For the owner, who can do what the server must not. */
  ownerUrl: string;
}

/** Copies the template; dropping it afterwards cuts whoever is still connected. */
export async function createTestDatabase(template: string = TEMPLATE): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(`create database ${name} template ${template} owner truconn_owner`);
  return {
    name,
    appUrl: withDatabase(inject('appUrl'), name),
    ownerUrl: withDatabase(inject('ownerUrl'), name),
    [Symbol.asyncDispose]: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}

export async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
