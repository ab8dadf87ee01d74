import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, endingOf, errorData, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signUp = (password: string, rest = {}) =>
  app.client().auth.signUp.mutate({ ...newPerson(), ...rest, password });

describe('a password at sign-up', () => {
  it.each([
    ['8 emoji', '🍋🎺🪐🐙🧵🛶🥁🗝'],
    ['256 letters', 'qz'.repeat(128)],
    ['256 emoji', '🍋🎺'.repeat(128)],
    ['spaces at its ends', '  qjxvwzkp  '],
  ])('may be %s, and signs in', async (_name, password) => {
    const { email } = await signUp(password);
    expect((await app.signIn(email, password)).user.email).toBe(email);
    expect(await endingOf(app.signIn(email, [...password.trim()].slice(1).join('')))).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  it.each([
    ['7 letters', 'qjxvwzk'],
    ['7 emoji', '🍋🎺🪐🐙🧵🛶🥁'],
    ['257 letters', `${'qz'.repeat(128)}q`],
    ['257 emoji', `${'🍋🎺'.repeat(128)}🪐`],
    ['a common one', 'Password1'],
    ['our own name', 'at-TruConn-2030'],
    ['the first name', 'for-asha-only'],
    ['the organization’s name', 'the-city-hospital'],
    ['the e-mail', 'my-oddmailbox-1'],
  ])('may not be %s', async (_name, password) => {
    const error = await errorOf(
      password.includes('hospital')
        ? app.client().auth.signUp.mutate({
            email: newPerson().email,
            password,
            role: 'ORGANIZATION',
            organizationName: 'City Hospital',
          })
        : signUp(password, { email: 'oddmailbox@example.com' }),
    );
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: { password: [expect.any(String)] } });
  });

  it('that is too short is told together with what else is wrong', async () => {
    const input = { ...newPerson(), email: 'nobody', firstName: '', password: 'qjxvwzk' };
    expect(errorData(await app.call('auth.signUp', { input })).fields).toEqual({
      email: [expect.any(String)],
      firstName: [expect.any(String)],
      password: ['A password has at least 8 characters.'],
    });
  });

  it('is not cut: one that shares its first 72 bytes does not sign in', async () => {
    const long = 'qz'.repeat(100);
    const { email } = await signUp(long);
    expect(await endingOf(app.signIn(email, long.slice(0, 72)))).toBe('INVALID_CREDENTIALS');
    expect(await endingOf(app.signIn(email, `${long}q`))).toBe('INVALID_CREDENTIALS');
  });

  it('is the same composed and decomposed, whichever way round', async () => {
    const composed = 'qjx\u00e9vw\u00f1zkp';
    for (const [set, given] of [
      [composed, composed.normalize('NFD')],
      [composed.normalize('NFD'), composed],
    ] as const) {
      const { email } = await signUp(set);
      expect((await app.signIn(email, given)).user.email).toBe(email);
    }
  });

  it('is not the same in other case, nor in compatibility characters', async () => {
    const { email } = await signUp('qjxvwzkp');
    expect(await endingOf(app.signIn(email, 'QJXVWZKP'))).toBe('INVALID_CREDENTIALS');
    expect(await endingOf(app.signIn(email, 'ｑｊｘｖｗｚｋｐ'))).toBe('INVALID_CREDENTIALS');
  });

  it.each(['qjx\u0000vwzkp', 'qjx\uD83Cvwzkp', '\uDF4Bqjxvwzkp'])(
    '%j is refused before it is hashed',
    async (password) => {
      for (const call of ['auth.signUp', 'auth.signIn']) {
        const input =
          call === 'auth.signUp'
            ? { ...newPerson(), password }
            : { identifier: 'asha', password, credential: 'bearer' };
        const answer = await app.call(call, { input });
        expect(errorData(answer)).toMatchObject({
          code: 'INVALID_INPUT',
          fields: { password: [expect.any(String)] },
        });
      }
    },
  );

  it('is kept as argon2id with its parameters', async () => {
    const { id } = await signUp('qjxvwzkpmr');
    const [row] = await app.sql<{ password_hash: string }>('select password_hash from users where id = $1', [
      id,
    ]);
    expect(row?.password_hash).toMatch(
      /^\$argon2id\$v=19\$(?=[^$]*m=8)(?=[^$]*t=1)(?=[^$]*p=1)[^$]+\$[\w+/]{22}\$[\w+/]{43}$/,
    );
  });

  it('is hashed anew at the next sign-in when the parameters have changed, and nobody is signed out', async () => {
    const { id, email } = await signUp('qjxvwzkpmr');
    const before = await app.signIn(email, 'qjxvwzkpmr');
    const hashOf = async () =>
      (await app.sql<{ hash: string }>('select password_hash as hash from users where id = $1', [id]))[0]
        ?.hash;
    await using dearer = await startTestApp({
      database: app.database,
      hashCost: { memoryKibibytes: 64, passes: 2 },
    });
    expect(await endingOf(dearer.signIn(email, 'wrong-password'))).toBe('INVALID_CREDENTIALS');
    expect(await hashOf()).toContain('m=8,');
    await dearer.signIn(email, 'qjxvwzkpmr');
    expect(await hashOf()).toContain('m=64,');
    expect(await endingOf(dearer.signIn(email, 'qjxvwzkpmr'))).toBe('ok');
    expect(await whoAmI(app, bearer(before.accessToken))).toBe(`200 ${email}`);
  });
});
