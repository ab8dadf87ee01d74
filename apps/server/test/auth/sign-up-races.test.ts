import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endingOf, tally } from '../support/calls.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { newPerson, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let twin: TestApp;
beforeAll(async () => {
  // A hash as dear as in production: 50 of them at once would not be let in.
  const hashCost = { memoryKibibytes: 19_456, passes: 2 };
  app = await startTestApp({ hashCost });
  twin = await startTestApp({ database: app.database, hashCost });
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const fullWidth = (text: string) =>
  text.replace(/[a-z0-9@]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0));
const SPELLINGS = [
  (email: string) => email,
  (email: string) => email.toUpperCase(),
  (email: string) => `  ${email}\t`,
  fullWidth,
  (email: string) => fullWidth(email.slice(0, 5)) + email.slice(5).toUpperCase(),
];

/** What each table holds of all accounts: they must agree. */
async function countAccounts() {
  const [counts] = await app.sql<Record<string, number>>(`select
    (select count(*)::int from users) as users,
    (select count(*)::int from profiles) as profiles,
    (select count(*)::int from ledger_heads) as ledgers,
    (select count(*)::int from audit_events where action = 'user.signed_up') as audited,
    (select count(*)::int from organizations) as organizations`);
  return counts;
}

describe('one account for one e-mail address', () => {
  it('of 50 sign-ups at once in different spellings, one succeeds and the rest hear EMAIL_TAKEN', async () => {
    const account = newPerson();
    const calls = Array.from({ length: 50 }, (_, index) => {
      const email = SPELLINGS[index % SPELLINGS.length]?.(account.email) ?? account.email;
      return app.client().auth.signUp.mutate({ ...account, email, username: `racer-${index}` });
    });
    expect(await tally(calls)).toEqual({ ok: 1, EMAIL_TAKEN: 49 });
    expect(await app.sql('select email from users where email = $1', [account.email])).toHaveLength(1);
  });

  it('also on two instances', async () => {
    const account = newPerson();
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? app : twin).client().auth.signUp.mutate(account),
    );
    expect(await tally(calls)).toEqual({ ok: 1, EMAIL_TAKEN: 19 });
  });
});

describe('one account for one username', () => {
  it('of 20 sign-ups at once in different spellings, one succeeds and the rest hear USERNAME_TAKEN', async () => {
    const names = ['moonrise', 'MoonRise', 'MOONRISE', 'ｍｏｏｎｒｉｓｅ', 'moonriſe'];
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? app : twin)
        .client()
        .auth.signUp.mutate({ ...newPerson(), username: names[index % names.length] }),
    );
    expect(await tally(calls)).toEqual({ ok: 1, USERNAME_TAKEN: 19 });
  });
});

describe('an account is made whole or not at all', () => {
  it('nothing remains of a sign-up whose username is taken after the first look', async () => {
    const before = await countAccounts();
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query(
      `insert into users (id, email, username, username_canonical, role, password_hash, created_at)
       values (gen_random_uuid(), 'quick@example.com', 'quick', 'quick', 'CITIZEN', 'x', now())`,
    );
    const loser = endingOf(
      app.client().auth.signUp.mutate({
        email: 'slow@example.com',
        password: newPerson().password,
        username: 'Quick',
        role: 'ORGANIZATION',
        organizationName: 'Slow Clinic',
      }),
    );
    await somebodyWaits(hand);
    await hand.query('commit');
    expect(await loser).toBe('USERNAME_TAKEN');
    await hand.query(`delete from users where username = 'quick'`);
    expect(await countAccounts()).toEqual(before);
  });

  it('nor of one that fails at its last step, and the caller hears nothing of why', async () => {
    const before = await countAccounts();
    await app.sql(`create function fail_on_purpose() returns trigger language plpgsql as
      $$ begin raise exception 'the disk of db-seven.internal is full'; end $$`);
    await app.sql(
      'create trigger fail before insert on ledger_heads for each row execute function fail_on_purpose()',
    );
    const account = newPerson();
    const answer = await app.call('auth.signUp', { input: account });
    await app.sql('drop trigger fail on ledger_heads');
    expect(answer.status).toBe(500);
    expect(answer.body.error.data).toEqual({
      code: 'INTERNAL',
      httpStatus: 500,
      requestId: answer.headers.get('x-request-id'),
    });
    expect(JSON.stringify(answer.body)).not.toContain('db-seven');
    expect(await countAccounts()).toEqual(before);
    expect(await endingOf(app.client().auth.signUp.mutate(account))).toBe('ok');
  });

  it('so every account has one profile and one ledger', async () => {
    const counts = await countAccounts();
    expect(counts).toMatchObject({ profiles: counts?.users, ledgers: counts?.users, audited: counts?.users });
  });
});
