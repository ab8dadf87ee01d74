import { describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { importUsers } from '../../src/domain/auth/import-users.ts';
import { djangoPbkdf2 } from '../auth/django-hashes.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { HASH, importFile, importRecords, storedAccounts, toJsonLines } from './support.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    email: `person-${index}@example.com`,
    username: `person${index}`,
    password: HASH,
    ...(index % 7 === 0 ? { role: 'ORGANIZATION', name: `Clinic ${index}` } : {}),
  }));

/** What belongs to accounts, counted, to find anything half-done or doubled. */
async function countRows(app: TestApp) {
  const tables = ['users', 'profiles', 'ledger_heads', 'audit_events', 'organizations', 'memberships'];
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const [row] = await app.sql<Record<string, number>>(`select ${counts.join(', ')}`);
  return row;
}

describe('an import', () => {
  test('that runs again adds nobody and changes nothing', async () => {
    await using app = await startTestApp();
    const content = toJsonLines(people(1203));
    expect((await importFile(app, 'jsonl', content)).tally).toMatchObject({ imported: 1203 });
    const [accounts, rows] = [await storedAccounts(app), await countRows(app)];
    expect((await importFile(app, 'jsonl', content)).tally).toEqual({
      imported: 0,
      alreadyThere: 1203,
      refused: 0,
    });
    expect(await storedAccounts(app)).toEqual(accounts);
    expect(await countRows(app)).toEqual(rows);
    expect(rows).toMatchObject({
      users: 1203,
      profiles: 1203,
      ledger_heads: 1203,
      organizations: 172,
      memberships: 172,
    });
  });

  test('that runs again draws no number: the next account has the next one', async () => {
    await using app = await startTestApp();
    const taken = { email: 'else@example.com', username: 'PERSON1', password: HASH };
    const lines = [...people(20), { ...taken, username: 'person2' }, taken, ...people(3), ...people(600)];
    const { tally } = await importFile(app, 'jsonl', toJsonLines(lines));
    expect(tally).toEqual({ imported: 600, alreadyThere: 23, refused: 2 });
    const drawn = () =>
      app.sql("select last_value from pg_sequences where sequencename = 'users_number_seq'");
    const before = await drawn();
    expect((await importFile(app, 'jsonl', toJsonLines(lines))).tally).toMatchObject({ alreadyThere: 623 });
    expect((await importRecords(app, taken)).refused).toHaveLength(1);
    const renamed = { ...lines[0], username: 'renamed' };
    expect((await importRecords(app, renamed)).alreadyThere).toEqual([1]);
    expect(await drawn()).toEqual(before);
  });

  test('leaves an account that exists exactly as it is', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    const before = await storedAccounts(app);
    const line = {
      email: asha.email.toUpperCase(),
      username: 'else',
      first_name: 'X',
      role: 'DOCTOR',
      password: HASH,
    };
    expect((await importRecords(app, { ...line, is_active: false })).tally.alreadyThere).toBe(1);
    expect(await storedAccounts(app)).toEqual(before);
  });

  test('takes the first of two lines with one e-mail, in one batch and in two', async () => {
    await using app = await startTestApp();
    const first = { email: 'asha@example.com', password: HASH, first_name: 'First' };
    const again = { email: ' ASHA@Example.com', password: djangoPbkdf2('another'), first_name: 'Second' };
    const { tally, refused, alreadyThere } = await importRecords(app, first, again, ...people(700), again);
    expect([tally, refused]).toEqual([{ imported: 701, alreadyThere: 2, refused: 0 }, []]);
    expect(alreadyThere).toEqual([2, 703]);
    expect((await storedAccounts(app))[0]).toMatchObject({ email: 'asha@example.com', first_name: 'First' });
  });

  test('refuses a username that another account has, of the database or of the file', async () => {
    await using app = await startTestApp();
    await app.signUp({ username: 'Ravi' });
    const { tally, refused } = await importRecords(
      app,
      { email: 'a@example.com', username: 'ＲＡＶＩ', password: HASH },
      { email: 'b@example.com', username: 'asha', password: HASH },
      { email: 'c@example.com', username: 'ASHA', password: HASH },
      { email: 'b@example.com', username: 'ravi', password: HASH },
    );
    expect(refused).toEqual([
      '1: username: Another account has this username.',
      '3: username: Another account has this username.',
    ]);
    expect(tally).toEqual({ imported: 1, alreadyThere: 1, refused: 2 });
  });

  test('beside others of the same people in any order makes each account once', async () => {
    await using app = await startTestApp();
    const lines = people(1500);
    const orders = [lines, lines, lines.toReversed(), [...lines.slice(700), ...lines.slice(0, 700)]];
    const results = await Promise.all(orders.map((order) => importFile(app, 'jsonl', toJsonLines(order))));
    const sum = (name: 'imported' | 'alreadyThere' | 'refused') =>
      results.reduce((total, { tally }) => total + tally[name], 0);
    expect([sum('imported'), sum('alreadyThere'), sum('refused')]).toEqual([1500, 4500, 0]);
    expect(await countRows(app)).toMatchObject({
      users: 1500,
      profiles: 1500,
      ledger_heads: 1500,
      audit_events: 1500,
    });
  });

  test('beside another in the opposite order waits its turn, and neither ends in a deadlock', async () => {
    await using app = await startTestApp();
    // So slow that both are in the middle of their accounts at once.
    await app.sql(`create function slow() returns trigger language plpgsql as $$ begin
      perform pg_sleep(0.005); return new; end $$`);
    await app.sql('create trigger slow before insert on users for each row execute function slow()');
    const lines = people(100);
    const orders = [lines, lines.toReversed()];
    await Promise.all(orders.map((order) => importFile(app, 'jsonl', toJsonLines(order))));
    const deadlocks = 'select deadlocks::int from pg_stat_database where datname = current_database()';
    expect(await app.sql(deadlocks)).toEqual([{ deadlocks: 0 }]);
    expect(await countRows(app)).toMatchObject({ users: 100, profiles: 100 });
  });

  test('beside sign-ups of the same people leaves one account of each', async () => {
    await using app = await startTestApp({ env: { RATE_LIMITS: 'off' } });
    const lines = people(40);
    const [{ tally }, ...signedUp] = await Promise.all([
      importFile(app, 'jsonl', toJsonLines(lines)),
      ...lines.map(({ email, username }) =>
        app.signUp({ email, username }).then(
          () => true,
          () => false,
        ),
      ),
    ]);
    expect(tally.imported + tally.alreadyThere).toBe(40);
    expect(tally.imported + signedUp.filter(Boolean).length).toBeGreaterThanOrEqual(40);
    expect(await countRows(app)).toMatchObject({ users: 40, profiles: 40, ledger_heads: 40 });
  });

  test('says what became of those who sign up between its look-up and its insert', async () => {
    await using app = await startTestApp();
    const [asha, ravi] = [await app.signUp(), await app.signUp()];
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    const rename = 'update users set email = $2, username_canonical = $3 where id = $1';
    await hand.query(rename, [asha.user.id, 'a@example.com', 'asha']);
    await hand.query(rename, [ravi.user.id, 'else@example.com', 'ravi']);
    const running = importRecords(
      app,
      { email: 'a@example.com', username: 'another', password: HASH },
      { email: 'b@example.com', username: 'ravi', password: HASH },
      { email: 'b@example.com', username: 'free', password: HASH },
      { email: 'c@example.com', username: 'ravi', password: HASH },
    );
    await somebodyWaits(hand);
    await hand.query('commit');
    const { tally, refused, alreadyThere } = await running;
    expect(tally).toEqual({ imported: 1, alreadyThere: 2, refused: 1 });
    expect(alreadyThere).toEqual([1, 2]);
    expect(refused).toEqual(['4: username: Another account has this username.']);
    expect(await storedAccounts(app, 'b@%')).toMatchObject([{ username: 'free' }]);
  });

  test('whose database fails in the middle keeps whole batches, and another run finishes', async () => {
    await using app = await startTestApp();
    // As a full disk fails: in a batch, after its accounts were written.
    await app.sql(`create function fail_later() returns trigger language plpgsql as $$ begin
      if (select count(*) from profiles) >= 1100 then raise 'No space left on device' using errcode = '53100'; end if;
      return null; end $$`);
    await app.sql('create trigger fail after insert on ledger_heads execute function fail_later()');
    const content = toJsonLines(people(1600));
    await expect(importFile(app, 'jsonl', content)).rejects.toMatchObject({ code: '53100' });
    expect(await countRows(app)).toMatchObject({
      users: 1000,
      profiles: 1000,
      ledger_heads: 1000,
      audit_events: 1000,
    });
    await app.sql('drop trigger fail on ledger_heads');
    expect((await importFile(app, 'jsonl', content)).tally).toEqual({
      imported: 600,
      alreadyThere: 1000,
      refused: 0,
    });
  });

  test('of nobody is no mistake', async () => {
    await using app = await startTestApp();
    const database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
    const caller = { requestId: crypto.randomUUID(), ip: null, userAgent: 'import-users' };
    expect(await database.transact((trx) => importUsers(trx, caller, []))).toEqual([]);
    await database.close();
  });

  test('that is told to stop ends after the batch under way', async () => {
    await using app = await startTestApp();
    const stop = new AbortController();
    stop.abort();
    const { tally } = await importFile(app, 'jsonl', toJsonLines(people(3)), { signal: stop.signal });
    expect(tally).toEqual({ imported: 0, alreadyThere: 0, refused: 0 });
    expect(await countRows(app)).toMatchObject({ users: 0 });
  });
});
