import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runOn } from '../database/support.ts';
import { HASH, toJsonLines } from '../import/support.ts';
import { createWorkplace, type Workplace } from '../support/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { eventually } from '../support/time.ts';

let place: Workplace;
let database: TestDatabase;
beforeAll(() => {
  place = createWorkplace();
});
beforeEach(async () => {
  database = await createTestDatabase();
  return () => database[Symbol.asyncDispose]();
});
afterAll(() => place[Symbol.asyncDispose]());

const write = (name: string, content: string | Buffer) => {
  const file = path.join(place.directory, name);
  writeFileSync(file, content);
  return file;
};
const env = () => ({ DATABASE_URL: database.appUrl, DATABASE_MIGRATION_URL: database.ownerUrl });
const importUsers = (...args: string[]) => place.run(['cli.js', 'import-users', ...args], { env: env() });
const good = (name: string) => ({ email: `${name}@example.com`, password: HASH });

/** Writes lines of about 1 KB without holding them all. */
function writeMany(name: string, count: number): string {
  const file = path.join(place.directory, name);
  const descriptor = openSync(file, 'w');
  const filling = { note: 'x'.repeat(700) };
  for (let start = 0; start < count; start += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => ({
      ...good(`person-${start + index}`),
      ...filling,
    }));
    writeSync(descriptor, toJsonLines(lines));
  }
  closeSync(descriptor);
  return file;
}

async function countAccounts() {
  const [row] = await runOn<Record<string, number>>(
    database.ownerUrl,
    `select (select count(*)::int from users) as users, (select count(*)::int from profiles) as profiles,
       (select count(*)::int from ledger_heads) as ledgers, (select count(*)::int from audit_events) as events`,
  );
  return row;
}
const whole = (users: number) => ({ users, profiles: users, ledgers: users, events: users });

describe('import-users', () => {
  test('imports a file, says what it did, and the second time that all are there', async () => {
    const file = write('users.jsonl', toJsonLines([good('a'), good('b')]));
    expect(await importUsers(file)).toEqual({ code: 0, output: '2 imported, 0 already there, 0 refused.\n' });
    expect(await importUsers(file)).toEqual({ code: 0, output: '0 imported, 2 already there, 0 refused.\n' });
    expect(await countAccounts()).toEqual(whole(2));
  });

  test('names each line whose account was there already, when asked to', async () => {
    const file = write('users.csv', `email,password\na@example.com,${HASH}\n\nb@example.com,${HASH}\n`);
    await importUsers(write('before.csv', `email,password\nB@Example.com,${HASH}\n`));
    const { code, output } = await importUsers(file, '--list-already-there');
    expect(output.split('\n').sort()).toEqual([
      '',
      '1 imported, 1 already there, 0 refused.',
      'Line 4: already there: an account has this e-mail address, and stays as it is.',
    ]);
    expect(code).toBe(0);
  });

  test('names bad lines on stderr, imports the others, and exits 1; no hash is shown', async () => {
    const content = `email,password\na@example.com,${HASH}\nbad,${HASH}\n${HASH},b@example.com\n`;
    const { code, output } = await importUsers(write('users.csv', content));
    expect(output).toMatch(/^Line 3: email: Enter an e-mail address/m);
    expect(output).toMatch(/^Line 4: email: .* password: Must be pbkdf2_sha256\$…/m);
    expect(output).toMatch(/^1 imported, 0 already there, 2 refused\.$/m);
    expect(output).not.toContain(HASH.split('$')[3]);
    expect(code).toBe(1);
  });

  test('takes any name of a file with --format', async () => {
    const file = write('users.txt', `email,password\na@example.com,${HASH}\n`);
    expect((await importUsers(file, '--format', 'csv')).output).toBe(
      '1 imported, 0 already there, 0 refused.\n',
    );
  });

  test.each([
    ['no file', [], /^Name one file: npm run import-users/],
    ['two files', ['a.csv', 'b.csv'], /^Name one file: /],
    ['a missing file', ['missing.csv'], /^There is no file missing\.csv\.$/m],
    ['a directory', ['directory.csv'], /^directory\.csv is a directory/],
    ['an unknown ending', ['users.xml'], /^users\.xml ends in none of \.jsonl, .*--format jsonl/],
    ['an unknown format', ['users.csv', '--format', 'xml'], /^There is no format "xml": /],
    ['an unknown flag', ['users.csv', '--fromat', 'csv'], /--fromat/],
    ['an empty file', ['empty.csv'], /^The file holds no accounts\.$/m],
    ['a file without a column for e-mails', ['mail.csv'], /^The first line names no column "email"/],
    ['a header alone', ['header.csv'], /^The file holds no accounts\.$/m],
  ])('refuses %s in a sentence', async (_name, args, sentence) => {
    write('empty.csv', '');
    write('mail.csv', `mail,password\n${'x\n'.repeat(100_000)}`);
    write('header.csv', 'email,password\n');
    mkdirSync(path.join(place.directory, 'directory.csv'), { recursive: true });
    const { code, output } = await importUsers(...args);
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/ {4}at /);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('says when the database cannot be reached', async () => {
    const file = write('users.jsonl', toJsonLines([good('a')]));
    const unreachable = { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' };
    const { code, output } = await place.run(['cli.js', 'import-users', file], { env: unreachable });
    expect(output).toMatch(/^The database in DATABASE_URL cannot be reached/);
    expect(code).toBe(1);
  });

  test('says when the database is full, and how far it came', async () => {
    // As PostgreSQL says it.
    const fail = `create function fail() returns trigger language plpgsql as $$ begin
      if (select count(*) from users) >= 700 then
        raise 'could not extend file: No space left on device' using errcode = 'disk_full';
      end if;
      return null; end $$;
      create trigger fail after insert on profiles execute function fail()`;
    await runOn(database.ownerUrl, fail);
    const { code, output } = await importUsers(writeMany('many.jsonl', 2000));
    expect(output.split('\n')).toEqual([
      'Stopped: 500 imported, 0 already there, 0 refused. Who is imported stays; another run imports the rest.',
      expect.stringMatching(
        /^The database has no space left \(could not extend file.*\): free some on its disk\.$/,
      ),
      '',
    ]);
    expect(code).toBe(1);
    expect(await countAccounts()).toEqual(whole(500));
  });

  test('that loses the database says how far it came', async () => {
    const file = writeMany('many.jsonl', 20_000);
    const running = place.launch(['cli.js', 'import-users', file], env());
    await eventually(async () => ((await countAccounts())?.users ?? 0) > 0);
    await database[Symbol.asyncDispose]();
    const { code, output } = await running.finished;
    expect(output).toMatch(/^Stopped: [\d,]+ imported, 0 already there, 0 refused\. Who is imported stays;/m);
    expect(output).not.toMatch(/ {4}at /);
    expect(code).toBe(1);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'ended by %s leaves whole accounts; another run adds the rest',
    async (signal) => {
      const file = writeMany('many.jsonl', 20_000);
      const running = place.launch(['cli.js', 'import-users', file], env());
      await eventually(async () => ((await countAccounts())?.users ?? 0) > 0);
      const { code, output } = await running.stop(signal);
      if (signal === 'SIGINT') {
        expect(output).toMatch(
          /^Stopped: [\d,]+ imported, 0 already there, 0 refused\. Who is imported stays;/m,
        );
        expect(code).toBe(1);
      }
      const left = (await countAccounts())?.users ?? 0;
      expect(left).toBeLessThan(20_000);
      expect(await countAccounts()).toEqual(whole(left));
      expect((await importUsers(file)).code).toBe(0);
      expect(await countAccounts()).toEqual(whole(20_000));
    },
  );

  // The lines are 90 MB: more than this heap, and so are their records.
  test('holds few lines of a large file in memory at a time', { timeout: 300_000 }, async () => {
    const file = writeMany('large.jsonl', 100_000);
    const heap = { NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=8' };
    const result = await place.run(['cli.js', 'import-users', file], { env: { ...env(), ...heap } });
    expect(result.output).toMatch(/^100,000 imported, 0 already there, 0 refused\.$/m);
    expect(result.code).toBe(0);
    expect(await countAccounts()).toEqual(whole(100_000));
  });
});
