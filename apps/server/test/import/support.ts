import { importEntries } from '../../src/commands/import-users/import-entries.ts';
import { Progress, type Tally } from '../../src/commands/import-users/progress.ts';
import { readCsv } from '../../src/commands/import-users/read-csv.ts';
import { readJson } from '../../src/commands/import-users/read-json.ts';
import { readLines } from '../../src/commands/import-users/read-lines.ts';
import { connectDatabase } from '../../src/database/connection.ts';
import {
  djangoArgon2,
  djangoArgon2i,
  djangoBcrypt,
  djangoPbkdf2,
  djangoPbkdf2Sha1,
} from '../auth/django-hashes.ts';
import { PASSWORD, type TestApp } from '../support/test-app.ts';

/** A hash of `PASSWORD`. */
export const HASH = djangoPbkdf2(PASSWORD);

/** Every format of the older systems, and a maker of such hashes of `PASSWORD`. */
export const FORMATS = [
  ['pbkdf2_sha256', async () => djangoPbkdf2(PASSWORD)],
  ['pbkdf2_sha1', async () => djangoPbkdf2Sha1(PASSWORD)],
  ['argon2id', () => djangoArgon2(PASSWORD)],
  ['argon2i', () => djangoArgon2i(PASSWORD)],
  ['bcrypt_sha256', () => djangoBcrypt(PASSWORD)],
] as const;

export interface Imported {
  tally: Tally;
  /** The numbers of lines whose account was there already. */
  alreadyThere: number[];
  /** `3: email: This field is required.` */
  refused: string[];
}

/** Imports a file of this content through the server's own role, as the command does. */
export async function importFile(
  app: Pick<TestApp, 'database'>,
  format: 'jsonl' | 'csv',
  content: string | Buffer,
  { signal = new AbortController().signal, pieceSize = 65_536 } = {},
): Promise<Imported> {
  const database = connectDatabase(app.database.appUrl, { maxConnections: 2 });
  const tally: Tally = { imported: 0, alreadyThere: 0, refused: 0 };
  const refused: string[] = [];
  const alreadyThere: number[] = [];
  const lines = readLines(inPieces(Buffer.from(content), pieceSize));
  try {
    await importEntries({
      database,
      caller: { requestId: crypto.randomUUID(), ip: null, userAgent: 'import-users' },
      entries: format === 'csv' ? readCsv(lines) : readJson(lines),
      tally,
      progress: new Progress({ place: () => undefined, write: () => undefined }),
      refuse: (line, reason) => refused.push(`${line}: ${reason}`),
      tellAlreadyThere: (line) => alreadyThere.push(line),
      signal,
    });
    return { tally, refused, alreadyThere };
  } finally {
    await database.close();
  }
}

/** Imports one object per line. */
export function importRecords(app: Pick<TestApp, 'database'>, ...records: unknown[]): Promise<Imported> {
  return importFile(app, 'jsonl', toJsonLines(records));
}

export function toJsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Everything that an import writes about accounts with such addresses, in the order of the addresses. */
export async function storedAccounts(app: TestApp, emails = '%') {
  return app.sql(
    `select u.email, u.username, u.username_canonical, u.first_name, u.last_name, u.role, u.password_hash,
       u.created_at, u.disabled_at is not null as disabled, u.email_verified_at, p.language, p.bio, p.mobile,
       p.address, p.location, p.url, o.name as organization, o.website, o.address as organization_address,
       m.membership, h.seq, (select count(*)::int from audit_events where subject_id = u.id) as events
     from users u
       join profiles p on p.user_id = u.id
       join ledger_heads h on h.person_id = u.id
       left join memberships m on m.user_id = u.id
       left join organizations o on o.id = m.organization_id
     where u.email like $1 order by u.email`,
    [emails],
  );
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
