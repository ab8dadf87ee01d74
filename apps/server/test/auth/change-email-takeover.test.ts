import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { allJobsDone, linkTokens, mailedToken, whileJobsWait } from './mail-links.ts';

const NEW_PASSWORD = 'copper-violin-marsh-77';

let app: TestApp;
let asha: Person;
let newEmail: string;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
beforeEach(async () => {
  asha = await app.signUp();
  newEmail = newPerson().email;
});
afterAll(() => app[Symbol.asyncDispose]());

const confirm = (token: string) => app.client().auth.confirmEmailChange.mutate({ token });
const askForAddress = (person: { client: Person['client'] }) =>
  person.client.auth.changeEmail.mutate({ newEmail, password: PASSWORD });
const INVALID = { code: 'INVALID_INPUT', fields: { token: [expect.stringContaining('no longer valid')] } };

describe('somebody who knew the password and asked for another address', () => {
  it('does not get the account once its owner has set a new password', async () => {
    const thief = await app.signIn(asha.email);
    await askForAddress(thief);
    const token = await mailedToken(app, newEmail, 'confirm-email');
    await app.client().auth.requestPasswordReset.mutate({ email: asha.email });
    const reset = await mailedToken(app, asha.email, 'reset-password');
    await app.client().auth.resetPassword.mutate({ token: reset, newPassword: NEW_PASSWORD });
    expect(await errorOf(confirm(token))).toMatchObject(INVALID);
    expect(await whoAmI(app, bearer(thief.accessToken))).toBe('401 UNAUTHENTICATED');
  });

  it('does not get it either by a mail that is still waiting to be sent', async () => {
    const thief = await app.signIn(asha.email);
    await whileJobsWait(app, async () => {
      await askForAddress(thief);
      await asha.client.auth.changePassword.mutate({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    });
    expect(await linkTokens(app, newEmail, 'confirm-email')).toEqual([]);
  });

  it('nor by one that is being sent while the owner changes the password', async () => {
    await using hand = await openSecondHand(app);
    const thief = await app.signIn(asha.email);
    await allJobsDone(app);
    // The mail is composed to the point where its token is written, and waits there.
    await hand.query('begin');
    await hand.query('lock table mail_tokens in share mode');
    await askForAddress(thief);
    await somebodyWaits(hand);
    const changed = asha.client.auth.changePassword.mutate({
      currentPassword: PASSWORD,
      newPassword: NEW_PASSWORD,
    });
    await somebodyWaits(hand, 2);
    await hand.query('commit');
    await changed;
    const token = await mailedToken(app, newEmail, 'confirm-email');
    expect(await errorOf(confirm(token))).toMatchObject(INVALID);
  });

  it('nor after an administrator has disabled the account and enabled it again', async () => {
    const admin = await app.signUpAdmin();
    await askForAddress(asha);
    const sent = await mailedToken(app, newEmail, 'confirm-email');
    const input = { userId: asha.user.id, reason: 'Somebody else has it.' };
    await admin.client.admin.users.disable.mutate(input);
    await admin.client.admin.users.enable.mutate(input);
    expect(await errorOf(confirm(sent))).toMatchObject(INVALID);
    await app.signIn(asha.email);
  });

  it('nor by a mail that waited while the account was disabled', async () => {
    const admin = await app.signUpAdmin();
    const input = { userId: asha.user.id, reason: 'Somebody else has it.' };
    await whileJobsWait(app, async () => {
      await askForAddress(asha);
      await admin.client.admin.users.disable.mutate(input);
      await admin.client.admin.users.enable.mutate(input);
    });
    expect(await linkTokens(app, newEmail, 'confirm-email')).toEqual([]);
  });
});

describe('somebody who had a session and asked for another address', () => {
  const ENDINGS: [string, () => Promise<unknown>][] = [
    ['its owner has signed out everywhere', () => asha.client.auth.signOutEverywhere.mutate()],
    [
      'an administrator has ended its sessions',
      async () => (await app.signUpAdmin()).client.admin.users.endSessions.mutate({ userId: asha.user.id }),
    ],
  ];

  it.each(ENDINGS)('does not get the account once %s', async (_which, endAll) => {
    await askForAddress(await app.signIn(asha.email));
    const token = await mailedToken(app, newEmail, 'confirm-email');
    await endAll();
    expect(await errorOf(confirm(token))).toMatchObject(INVALID);
    expect((await app.signIn(asha.email)).user.email).toBe(asha.email);
  });

  it.each(ENDINGS)('nor by a mail that was still waiting when %s', async (_which, endAll) => {
    const thief = await app.signIn(asha.email);
    await whileJobsWait(app, async () => {
      await askForAddress(thief);
      await endAll();
    });
    expect(await linkTokens(app, newEmail, 'confirm-email')).toEqual([]);
  });

  it('nor by one that is being sent while its owner signs out everywhere', async () => {
    await using hand = await openSecondHand(app);
    const thief = await app.signIn(asha.email);
    await allJobsDone(app);
    // The mail is composed to the point where its token is written, and waits there.
    await hand.query('begin');
    await hand.query('lock table mail_tokens in share mode');
    await askForAddress(thief);
    await somebodyWaits(hand);
    const ended = asha.client.auth.signOutEverywhere.mutate();
    await somebodyWaits(hand, 2);
    await hand.query('commit');
    await ended;
    const token = await mailedToken(app, newEmail, 'confirm-email');
    expect(await errorOf(confirm(token))).toMatchObject(INVALID);
  });

  it('but whoever signs out of one session, or ends another, still gets the address that they asked for', async () => {
    const other = await app.signIn(asha.email);
    await askForAddress(other);
    const token = await mailedToken(app, newEmail, 'confirm-email');
    await asha.client.auth.endSession.mutate({ id: other.sessionId });
    await asha.client.auth.signOut.mutate();
    expect(await confirm(token)).toEqual({ email: newEmail, emailVerified: true });
  });

  it('and signing out everywhere leaves everybody else’s links as they are', async () => {
    await askForAddress(asha);
    const token = await mailedToken(app, newEmail, 'confirm-email');
    const ravi = await app.signUp();
    await ravi.client.auth.signOutEverywhere.mutate();
    expect((await confirm(token)).email).toBe(newEmail);
  });
});
