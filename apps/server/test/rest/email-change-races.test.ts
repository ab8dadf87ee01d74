import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { newAccount, REGISTER, signInByRest } from './support.ts';

type SignedIn = Awaited<ReturnType<typeof signInByRest>>;

let app: TestApp;
let twin: TestApp;
let asha: SignedIn;
let ravi: SignedIn;
let to: string;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
});
beforeEach(async () => {
  [asha, ravi] = [await signInByRest(app), await signInByRest(app)];
  to = newAccount().email;
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const headersOf = ({ access }: SignedIn) => ({ authorization: `Bearer ${access}` });
const patch = (person: SignedIn, body: object, instance = app) =>
  instance.rest('PATCH /api/auth/profile/', { body, headers: headersOf(person) });
const addressOf = async ({ uuid }: SignedIn) => {
  const [row] = await app.sql<{ email: string; username: string; bio: string | null }>(
    'select email, username, bio from users join profiles on user_id = id where id = $1',
    [uuid],
  );
  return row;
};
const mailsAbout = async (email: string) =>
  (
    await app.sql<{ payload: { kind: string } }>(
      `select payload from graphile_worker._private_jobs where payload::text like '%' || $1 || '%'`,
      [email],
    )
  ).map(({ payload }) => payload.kind);

describe('of two who want one address at once', () => {
  it('one gets it, and the other changes nothing, on two instances', async () => {
    const answers = await Promise.all([
      patch(asha, { email: to, bio: 'hers' }),
      patch(ravi, { email: to, bio: 'his' }, twin),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const loser = answers.findIndex(({ status }) => status === 400);
    expect(answers[loser]?.body).toEqual({ email: [expect.any(String)] });
    const person = [asha, ravi][loser] as SignedIn;
    expect(await addressOf(person)).toEqual({ email: person.email, username: person.email, bio: null });
  });

  it('one gets it, also when the other signs up with it', async () => {
    const { password } = asha;
    const answers = await Promise.all([
      patch(asha, { email: to }),
      REGISTER['session-auth']?.(twin, { email: to, username: to, password }),
    ]);
    expect([
      [200, 400],
      [400, 201],
    ]).toContainEqual(answers.map((answer) => answer?.status));
    expect(await app.sql('select id from users where email = $1', [to])).toHaveLength(1);
  });

  it('and two who want each other’s get neither; nobody loses an address', async () => {
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([
        patch(asha, { email: ravi.email }),
        patch(ravi, { email: asha.email }, twin),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    }
    expect([(await addressOf(asha))?.email, (await addressOf(ravi))?.email]).toEqual([
      asha.email,
      ravi.email,
    ]);
  });
});

describe('several changes of one account at once', () => {
  it('follow each other: the last one holds, and each address that was left is told', async () => {
    const wanted = Array.from({ length: 6 }, () => newAccount().email);
    const answers = await Promise.all(
      wanted.map((email, index) => patch(asha, { email, bio: email }, index % 2 === 0 ? app : twin)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const now = await addressOf(asha);
    expect(wanted).toContain(now?.email);
    expect(now).toEqual({ email: now?.email, username: now?.email, bio: now?.email });
    const told = await app.sql<{ old: string }>(
      `select payload ->> 'oldEmail' as old from graphile_worker._private_jobs
       where payload ->> 'kind' = 'email_changed' and payload ->> 'userId' = $1`,
      [asha.uuid],
    );
    const left = [asha.email, ...wanted].filter((email) => email !== now?.email);
    expect(told.map(({ old }) => old).sort()).toEqual(left.sort());
  });

  it('to one address are one change', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => patch(asha, { email: to }, index % 2 === 0 ? app : twin)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const rows = await app.sql(
      `select id from audit_events where action = 'user.email_changed' and subject_id = $1`,
      [asha.uuid],
    );
    expect(rows).toHaveLength(1);
    expect((await mailsAbout(to)).filter((kind) => kind === 'email_changed')).toHaveLength(1);
  });

  it('are not undone by a client that sends the whole profile back meanwhile', async () => {
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('select from users where id = $1 for update', [asha.uuid]);
    const whole = patch(asha, { email: asha.email, bio: 'whole' });
    await somebodyWaits(hand);
    await hand.query('update users set email = $2, username = $2, username_canonical = $2 where id = $1', [
      asha.uuid,
      to,
    ]);
    await hand.query('commit');
    expect((await whole).body).toMatchObject({ email: to, bio: 'whole' });
    expect(await mailsAbout(to)).toEqual([]);
  });
});

// All updates of one account wait for one lock, and each would hold a connection while it waits.
test('somebody who piles up updates keeps nobody else waiting', async () => {
  await using hand = await openSecondHand(app);
  await hand.query('begin');
  await hand.query('select from users where id = $1 for update', [asha.uuid]);
  const pile = Array.from({ length: 80 }, () => patch(asha, { bio: 'x' }));
  await somebodyWaits(hand);
  for (let count = 0; count < 20; count += 1) expect((await patch(ravi, { bio: 'y' })).status).toBe(200);
  await hand.query('commit');
  expect(new Set((await Promise.all(pile)).map(({ status }) => status))).toEqual(new Set([200]));
});

describe('an address is not changed by a session that ends while it asks', () => {
  it.each([
    [
      'because somebody else set a new password',
      [
        'update users set credential_epoch = credential_epoch + 1 where id = $1',
        'delete from sessions where user_id = $1',
      ],
    ],
    [
      'because of an epoch that it does not have',
      ['update users set credential_epoch = credential_epoch + 1 where id = $1'],
    ],
    ['because the account was disabled', ['update users set disabled_at = now() where id = $1']],
    ['because it was signed out', ['delete from sessions where user_id = $1']],
  ])('%s', async (_why, changes) => {
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('select from users where id = $1 for update', [asha.uuid]);
    const changed = patch(asha, { email: to, bio: 'x' });
    await somebodyWaits(hand);
    for (const statement of changes) await hand.query(statement, [asha.uuid]);
    await hand.query('commit');
    const { status, body } = await changed;
    expect([status, body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }]);
    expect(await addressOf(asha)).toEqual({ email: asha.email, username: asha.email, bio: null });
    expect(await mailsAbout(to)).toEqual([]);
  });

  it('and is by one that a new password of its own carried over', async () => {
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('update users set credential_epoch = credential_epoch + 1 where id = $1', [asha.uuid]);
    await hand.query('update sessions set credential_epoch = 1 where user_id = $1', [asha.uuid]);
    const changed = patch(asha, { email: to });
    await somebodyWaits(hand);
    await hand.query('commit');
    expect([(await changed).status, (await addressOf(asha))?.email]).toEqual([200, to]);
  });

  it('a real change of the password and one of the address at once end in one order or the other', async () => {
    const thief = await app.rest('POST /api/auth/login/', {
      body: { email: asha.email, password: asha.password },
    });
    const [changed, stolen] = await Promise.all([
      app.rest('PUT /api/auth/change-password/', {
        body: { old_password: asha.password, new_password: 'Marsh-Violin-77' },
        headers: headersOf(asha),
      }),
      patch({ ...asha, access: thief.body.access }, { email: to }, twin),
    ]);
    expect(changed.status).toBe(200);
    expect([200, 401]).toContain(stolen.status);
    const email = stolen.status === 200 ? to : asha.email;
    expect((await addressOf(asha))?.email).toBe(email);
    const login = await app.rest('POST /api/auth/login/', { body: { email, password: 'Marsh-Violin-77' } });
    expect(login.status).toBe(200);
  });
});
