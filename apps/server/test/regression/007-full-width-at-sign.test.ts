import { expect, test } from 'vitest';
import { newPerson, startTestApp } from '../support/test-app.ts';

// The identifier was asked for an @ before it was folded: ＠ made it a username.
test('an e-mail address typed with a full-width @ signs in whoever has a username of their own', async () => {
  await using app = await startTestApp();
  const account = newPerson();
  const spelling = account.email.replace('@', '＠');
  await app.client().auth.signUp.mutate({ ...account, email: spelling, username: 'own-name' });
  expect((await app.signIn(spelling)).user).toMatchObject({ email: account.email, username: 'own-name' });
  expect((await app.signIn(account.email)).user.username).toBe('own-name');
});
