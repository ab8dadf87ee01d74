import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageName, TEXTS } from '../../src/http/account-pages/texts.ts';
import { mailedToken } from '../auth/mail-links.ts';
import { errorOf } from '../support/errors.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { unreachable, visit } from './account-page-visit.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ jobs: true, env: { RATE_LIMITS: 'off' } });
});
afterAll(() => app[Symbol.asyncDispose]());

const NEW_PASSWORD = 'copper-window-harbour-77';

/** Signs somebody up and follows the link of the mail that they ask for. */
async function follow(page: PageName, ask: (person: Person) => Promise<unknown>, name = 'Asha') {
  const person = await app.signUp({ firstName: name });
  await ask(person);
  const token = await mailedToken(app, person.email, page as 'verify-email');
  return { person, token, path: `/account/${page}?token=${token}` };
}

const followReset = (name?: string) =>
  follow('reset-password', ({ email }) => app.client().auth.requestPasswordReset.mutate({ email }), name);
const followVerification = () => follow('verify-email', async () => undefined);

describe('the page that sets a new password', () => {
  it('sets it: the new one signs in, the old one does not, and the sessions have ended', async () => {
    const { person, path } = await followReset();
    using page = await visit(app, path);
    await page.submit({ newPassword: NEW_PASSWORD });
    expect(page.status()).toBe(TEXTS.en.words['reset-password.done']);
    expect(page.isVisible('form')).toBe(false);
    expect(page.window.document.activeElement?.getAttribute('id')).toBe('status');
    expect(page.window.document.querySelector('[name="newPassword"]')?.value).toBe('');
    expect((await app.signIn(person.email, NEW_PASSWORD)).user.id).toBe(person.user.id);
    expect(await errorOf(app.signIn(person.email, PASSWORD))).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await errorOf(person.client.auth.me.query())).toMatchObject({ httpStatus: 401 });
  });

  it('says why a password is refused, and takes another one with the same link', async () => {
    const { person, path } = await followReset();
    using page = await visit(app, path);
    await page.submit({ newPassword: 'short' });
    expect(page.visible('.problem').textContent).toBe('A password has at least 8 characters.');
    expect(page.visible('[name="newPassword"]').getAttribute('aria-invalid')).toBe('true');
    expect(page.window.document.activeElement?.name).toBe('newPassword');
    expect(page.status()).toBe(TEXTS.en.errors.INVALID_INPUT);
    await page.submit({ newPassword: NEW_PASSWORD });
    expect(page.status()).toBe(TEXTS.en.words['reset-password.done']);
    expect((await app.signIn(person.email, NEW_PASSWORD)).user.id).toBe(person.user.id);
  });

  it.each(['hi', 'gu'] as const)(
    'says in %s why a password is refused, whatever the reason',
    async (lang) => {
      const { path } = await followReset('Kalyani');
      using page = await visit(app, `${path}&lang=${lang}`);
      const { reasons } = TEXTS[lang];
      for (const [newPassword, reason] of [
        ['short', reasons['A password has at least 8 characters.']],
        ['x'.repeat(300), reasons['A password has at most 256 characters.']],
        ['password123', reasons['This password is among the most common ones; choose another.']],
        ['my-kalyani-42-lamps', reasons['The password must not contain "…".']?.replace('…', 'kalyani')],
      ] as const) {
        await page.submit({ newPassword });
        expect(page.visible('.problem').textContent).toBe(reason);
      }
    },
  );

  it('shows what is typed to whoever wants to see it', async () => {
    const { path } = await followReset();
    using page = await visit(app, path);
    const input = page.visible('[name="newPassword"]');
    const box = page.visible('[data-reveals]');
    expect(input.type).toBe('password');
    box.click();
    expect(input.type).toBe('text');
    box.click();
    expect(input.type).toBe('password');
  });

  it('sends nothing while the password is empty', async () => {
    const { path } = await followReset();
    using page = await visit(app, path);
    await page.submit();
    expect(page.visible('.problem').textContent).toBe(TEXTS.en.words.required);
    expect(page.sent).toEqual([]);
  });

  it('says so when the link was used before', async () => {
    const { token, path } = await followReset();
    await app.client().auth.resetPassword.mutate({ token, newPassword: NEW_PASSWORD });
    using page = await visit(app, path);
    await page.submit({ newPassword: 'another-lantern-field-3' });
    expect(page.status()).toBe('This link is no longer valid; ask for a new one.');
    expect(page.visible('#status').className).toBe('error');
  });
});

describe('the page that confirms an address', () => {
  it('confirms it at the press of its button, and not before', async () => {
    const { person, token, path } = await followVerification();
    using page = await visit(app, path);
    expect(page.sent).toEqual([]);
    expect((await person.client.auth.me.query()).user.emailVerified).toBe(false);
    await page.submit();
    expect(page.sent).toEqual([{ path: '/trpc/auth.verifyEmail', method: 'POST', body: { token } }]);
    expect(page.status()).toBe(TEXTS.en.words['verify-email.done'].replace('{email}', person.email));
    expect((await person.client.auth.me.query()).user.emailVerified).toBe(true);
  });

  it('takes the token out of the address at once, without a step in the history', async () => {
    const { token, path } = await followVerification();
    using page = await visit(app, path);
    expect(page.window.location.href).toBe(`${app.url}/account/verify-email`);
    expect(page.window.history.length).toBe(1);
    expect(page.window.document.documentElement.textContent).not.toContain(token);
  });

  it('sends one request for two clicks', async () => {
    const { path } = await followVerification();
    using page = await visit(app, path);
    const button = page.visible('[type="submit"]');
    const pressed = page.submit();
    button.click();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await pressed;
    expect(page.sent).toHaveLength(1);
    expect(page.visible('#status').className).toBe('done');
  });

  it('says that the server cannot be reached, and works when it can be again', async () => {
    const { person, path } = await followVerification();
    using page = await visit(app, path);
    page.wire.answer = unreachable;
    await page.submit();
    expect(page.status()).toBe(TEXTS.en.errors.NETWORK);
    page.wire.answer = undefined;
    await page.submit();
    expect(page.status()).toContain(person.email);
  });

  it('says what to do when its address holds no token, and offers no button', async () => {
    for (const query of ['', '?token=', '?lang=en']) {
      using page = await visit(app, `/account/verify-email${query}`);
      expect(page.status()).toBe(TEXTS.en.words.noToken);
      expect(page.isVisible('button')).toBe(false);
    }
  });

  it('says so when the token is none of ours', async () => {
    for (const token of ['0'.repeat(40), 'x', '%00', '"><img src=x>', 'x'.repeat(300)]) {
      using page = await visit(app, `/account/verify-email?token=${encodeURIComponent(token)}`);
      await page.submit();
      expect(page.visible('#status').className).toBe('error');
      expect(page.status()).not.toBe('');
    }
  });
});

describe('the page that confirms a new address', () => {
  const NEW_EMAIL = () => `new-${crypto.randomUUID()}@example.com`;

  async function followChange(newEmail: string) {
    const person = await app.signUp();
    await person.client.auth.changeEmail.mutate({ newEmail, password: person.password });
    const token = await mailedToken(app, newEmail, 'confirm-email');
    return { person, path: `/account/confirm-email?token=${token}` };
  }

  it('makes it the address of the account', async () => {
    const newEmail = NEW_EMAIL();
    const { person, path } = await followChange(newEmail);
    using page = await visit(app, path);
    await page.submit();
    expect(page.status()).toBe(TEXTS.en.words['confirm-email.done'].replace('{email}', newEmail));
    expect((await app.signIn(newEmail)).user.id).toBe(person.user.id);
  });

  it('says so when another account has it meanwhile', async () => {
    const newEmail = NEW_EMAIL();
    const { path } = await followChange(newEmail);
    await app.signUp({ email: newEmail });
    using page = await visit(app, path);
    await page.submit();
    expect(page.status()).toBe(TEXTS.en.errors.EMAIL_TAKEN);
  });
});

describe('the choice of a language', () => {
  it('changes everything that the page says, and keeps the token', async () => {
    const { person, path } = await followVerification();
    using page = await visit(app, path);
    page.wire.answer = unreachable;
    await page.submit();
    for (const language of ['gu', 'hi', 'en', 'gu'] as const) {
      page.choose(language);
      const { words, errors } = TEXTS[language];
      const { document } = page.window;
      expect(page.status()).toBe(errors.NETWORK);
      expect(document.documentElement.getAttribute('lang')).toBe(language);
      expect(document.title).toBe(words['verify-email.title']);
      expect(page.visible('h1').textContent).toBe(words['verify-email.title']);
      expect(page.visible('[type="submit"]').textContent).toBe(words['verify-email.button']);
      expect(page.visible('nav').getAttribute('aria-label')).toBe(words.language);
      expect(page.visible('nav a[aria-current]').getAttribute('lang')).toBe(language);
      expect(page.window.location.search).toBe(`?lang=${language}`);
    }
    page.wire.answer = undefined;
    await page.submit();
    expect(page.status()).toBe(TEXTS.gu.words['verify-email.done'].replace('{email}', person.email));
  });

  it('is the browser’s at first', async () => {
    const { path } = await followVerification();
    using page = await visit(app, `${path}&lang=hi`);
    expect(page.visible('[type="submit"]').textContent).toBe(TEXTS.hi.words['verify-email.button']);
  });
});
