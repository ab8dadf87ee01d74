import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createEnvelope, type Envelope } from '../../src/encryption/envelope.ts';
import { loadMasterKeys } from '../../src/encryption/master-keys.ts';
import { allRows, type TestApp } from '../support/test-app.ts';

/** A text that stands nowhere by chance. */
export function telling(word: string): string {
  return `${word}-${randomBytes(9).toString('hex')}`;
}

/** Where in the database a text can be read: in clear, or in bytes, hex or base64 as they are. */
export async function findInDump(app: TestApp, text: string): Promise<string[]> {
  const owner = new pg.Client({ connectionString: app.database.ownerUrl });
  await owner.connect();
  try {
    const forms = [text, Buffer.from(text).toString('hex'), ...base64Forms(text)];
    const rows = await allRows(owner);
    return rows.filter((row) => forms.some((form) => readable(row).includes(form)));
  } finally {
    await owner.end();
  }
}

/** A row with what its bytes would say as text. */
function readable(row: string): string {
  const bytes = [...row.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  );
  return [row, ...bytes].join('\n');
}

// What comes before a text moves its base64 by none, one or two bytes; the first and last characters mix with others.
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${'x'.repeat(shift)}${text}`).toString('base64');
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
}

/** What an instance wraps keys with. */
export async function envelopeOf(app: TestApp): Promise<Envelope> {
  return createEnvelope(await loadMasterKeys(app.settings));
}

/** Backs up one person's rows of a table; the answer puts them back as they were, as a restored backup does. */
export async function restoring(app: TestApp, table: string, userId: string): Promise<() => Promise<void>> {
  const rows = await app.sql<{ row: string }>(
    `select each::text as row from ${table} as each where user_id = $1`,
    [userId],
  );
  return async () => {
    await app.sql(`delete from ${table} where user_id = $1`, [userId]);
    for (const { row } of rows) await app.sql(`insert into ${table} select ($1::text::${table}).*`, [row]);
  };
}
