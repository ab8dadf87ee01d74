import { CookieJar } from 'jsdom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEXTS } from '../../src/http/account-pages/texts.ts';
import { mailedToken } from '../auth/mail-links.ts';
import { signInBrowser } from '../support/calls.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { unreachable, type Visit, visit } from './account-page-visit.ts';

const { words, errors } = TEXTS.en;
const JOINED = words['accept-invitation.done'].replace('{organization}', 'City Hospital');

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ jobs: true, env: { RATE_LIMITS: 'off' } });
});
afterAll(() => app[Symbol.asyncDispose]());

/** Invites an address, and gives the link of the mail that went there. */
async function invite(email: string, organization = 'City Hospital') {
  const owner = await app.signUpOrganization(organization);
  await owner.client.orgAccess.members.invite.mutate({ email });
  const token = await mailedToken(app, email, 'accept-invitation');
  return { owner, token, path: `/account/accept-invitation?token=${token}` };
}

/** The cookies of a browser in which somebody has signed in. */
async function cookiesOf(person: Person): Promise<CookieJar> {
  const cookies = new CookieJar();
  cookies.setCookieSync((await signInBrowser(app, person)).setCookie, app.url);
  return cookies;
}

async function memberEmails(owner: Person): Promise<string[]> {
  const { items } = await owner.client.orgAccess.members.list.query();
  return items.map(({ user }) => user.email);
}

const shown = (page: Visit) => page.visible('form:not([hidden])').getAttribute('data-action');

describe('to somebody who is not signed in', () => {
  it('it only asks who is there, and offers to sign in', async () => {
    const person = await app.signUp();
    const { owner, path } = await invite(person.email);
    using page = await visit(app, path);
    expect(shown(page)).toBe('signIn');
    expect(page.sent).toEqual([{ path: '/trpc/auth.me', method: 'GET', body: undefined }]);
    expect(page.window.location.search).toBe('');
    expect(await memberEmails(owner)).not.toContain(person.email);
  });

  it('signing in makes them a member, and signs this browser in', async () => {
    const person = await app.signUp();
    const { owner, path } = await invite(person.email);
    using page = await visit(app, path);
    await page.submit({ identifier: person.email, password: PASSWORD });
    expect(page.status()).toBe(JOINED);
    expect(page.isVisible('form')).toBe(false);
    expect(await memberEmails(owner)).toContain(person.email);
    using again = await visit(app, path, page.cookies);
    expect(again.visible('[data-account]').textContent).toBe(`You are signed in as ${person.email}.`);
  });

  it('a wrong password is told, and the right one then works', async () => {
    const person = await app.signUp();
    const { path } = await invite(person.email);
    using page = await visit(app, path);
    await page.submit({ identifier: person.email, password: 'not-the-password-1' });
    expect(page.status()).toBe(errors.INVALID_CREDENTIALS);
    expect(shown(page)).toBe('signIn');
    await page.submit({ password: PASSWORD });
    expect(page.status()).toBe(JOINED);
  });

  it('whoever signs in to another account is told who they are, and can change to the right one', async () => {
    const [invited, other] = [await app.signUp(), await app.signUp()];
    const { owner, path } = await invite(invited.email);
    using page = await visit(app, path);
    await page.submit({ identifier: other.email, password: PASSWORD });
    expect(page.status()).toBe('This invitation is for another e-mail address; sign in with that one.');
    expect(page.visible('[data-account]').textContent).toContain(other.email);
    page.visible('form:not([hidden]) [data-shows="signIn"]').click();
    expect(page.status()).toBe('');
    await page.submit({ identifier: invited.email, password: PASSWORD });
    expect(page.status()).toBe(JOINED);
    expect(await memberEmails(owner)).toEqual(expect.not.arrayContaining([other.email]));
  });
});

describe('to somebody who has no account', () => {
  async function openSignUp(page: Visit): Promise<void> {
    page.visible('form:not([hidden]) [data-shows="signUp"]').click();
    expect(shown(page)).toBe('signUp');
    expect(page.window.document.activeElement?.name).toBe('firstName');
  }

  it('it makes one in the page’s language, and a member of it', async () => {
    const account = newPerson();
    const { owner, path } = await invite(account.email);
    using page = await visit(app, `${path}&lang=gu`);
    await openSignUp(page);
    await page.submit(account);
    expect(page.visible('#status').className).toBe('done');
    expect(await memberEmails(owner)).toContain(account.email);
    const { user } = await app.signIn(account.email);
    expect(user).toMatchObject({ firstName: 'Asha', lastName: 'Patel', language: 'gu', emailVerified: true });
  });

  it('each field that is wrong says why, and nothing is made', async () => {
    const { email } = newPerson();
    const { path } = await invite(email);
    using page = await visit(app, path);
    await openSignUp(page);
    await page.submit({ firstName: ' ', lastName: 'x'.repeat(200), email: 'nobody', password: 'short' });
    const { document } = page.window;
    const problems = [...document.querySelectorAll('[data-action="signUp"] .problem')];
    expect(problems.slice(0, 3).map(({ textContent }) => textContent)).toEqual([
      'This field may not be blank.',
      'At most 150 characters.',
      'Enter an e-mail address such as jane@example.com.',
    ]);
    await page.submit({ firstName: 'Asha', lastName: 'Patel', email, password: 'short' });
    expect(problems.map(({ textContent }) => textContent)).toEqual([
      '',
      '',
      '',
      'A password has at least 8 characters.',
    ]);
  });

  it('an address that has an account is told', async () => {
    const person = await app.signUp();
    const { path } = await invite(person.email);
    using page = await visit(app, path);
    await openSignUp(page);
    await page.submit({ ...newPerson(), email: person.email });
    expect(page.status()).toBe(errors.EMAIL_TAKEN);
    page.visible('form:not([hidden]) [data-shows="signIn"]').click();
    await page.submit({ identifier: person.email, password: PASSWORD });
    expect(page.status()).toBe(JOINED);
  });

  it('an account that was made before the connection broke is signed in to by the next try', async () => {
    const account = newPerson();
    const { path } = await invite(account.email);
    using page = await visit(app, path);
    await openSignUp(page);
    page.wire.answer = (path) => (path === '/trpc/auth.signUp' ? undefined : unreachable());
    await page.submit(account);
    expect(page.status()).toBe(errors.NETWORK);
    expect(shown(page)).toBe('signIn');
    expect(page.visible('form:not([hidden]) [name="identifier"]').value).toBe(account.email);
    page.wire.answer = undefined;
    await page.submit({ password: PASSWORD });
    expect(page.status()).toBe(JOINED);
  });
});

describe('to somebody who is signed in', () => {
  it('it says as whom, and accepts at the press of its button', async () => {
    const person = await app.signUp();
    const { owner, token, path } = await invite(person.email);
    using page = await visit(app, path, await cookiesOf(person));
    expect(page.visible('[data-account]').textContent).toBe(`You are signed in as ${person.email}.`);
    expect(await memberEmails(owner)).not.toContain(person.email);
    await page.submit();
    expect(page.status()).toBe(JOINED);
    expect(page.sent.at(-1)).toEqual({
      path: '/trpc/orgAccess.members.accept',
      method: 'POST',
      body: { token },
    });
    expect(await memberEmails(owner)).toContain(person.email);
  });

  it('says so in another language when that is chosen', async () => {
    const person = await app.signUp();
    const { path } = await invite(person.email);
    using page = await visit(app, path, await cookiesOf(person));
    page.choose('hi');
    expect(page.visible('[data-account]').textContent).toBe(
      TEXTS.hi.words.signedInAs.replace('{email}', person.email),
    );
  });

  it('whose session ends meanwhile, it asks to sign in', async () => {
    const person = await app.signUp();
    const { path } = await invite(person.email);
    using page = await visit(app, path, await cookiesOf(person));
    await person.client.auth.signOutEverywhere.mutate();
    await page.submit();
    expect(page.status()).toBe(errors.UNAUTHENTICATED);
    expect(shown(page)).toBe('signIn');
    await page.submit({ identifier: person.email, password: PASSWORD });
    expect(page.status()).toBe(JOINED);
  });

  it('a second organization is refused, with the reason', async () => {
    const person = await app.signUp();
    const [first, second] = [await invite(person.email), await invite(person.email, 'Other Hospital')];
    await person.client.orgAccess.members.accept.mutate({ token: first.token });
    const latest = await mailedToken(app, person.email, 'accept-invitation', 2);
    using page = await visit(app, `/account/accept-invitation?token=${latest}`, await cookiesOf(person));
    await page.submit();
    expect(page.status()).toBe(errors.ALREADY_MEMBER);
    expect(await memberEmails(second.owner)).not.toContain(person.email);
  });

  it('a link that was used says so', async () => {
    const person = await app.signUp();
    const { token, path } = await invite(person.email);
    await person.client.orgAccess.members.accept.mutate({ token });
    using page = await visit(app, path, await cookiesOf(person));
    await page.submit();
    expect(page.visible('#status').className).toBe('error');
  });

  it('the name of an organization is shown as it was typed, and never as a part of the page', async () => {
    const name = '<b>City</b> & <img src=x> {email}';
    const person = await app.signUp();
    const { path } = await invite(person.email, name);
    using page = await visit(app, path, await cookiesOf(person));
    await page.submit();
    expect(page.status()).toBe(words['accept-invitation.done'].replace('{organization}', name));
    expect(page.window.document.querySelector('#status *')).toBeNull();
  });
});

it('without a connection it offers to sign in, and says so when that fails', async () => {
  const person = await app.signUp();
  const { path } = await invite(person.email);
  using page = await visit(app, path, new CookieJar(), { answer: unreachable });
  await page.submit({ identifier: person.email, password: PASSWORD });
  expect(page.status()).toBe(errors.NETWORK);
});
