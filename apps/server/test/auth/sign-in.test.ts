import argon2 from 'argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bearer, errorData, whoAmI } from '../support/calls.ts';
import { decodeJwt } from '../support/jwt.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
let ravi: Person;
beforeAll(async () => {
  app = await startTestApp();
  asha = await app.signUp();
  ravi = await app.signUp({ username: 'Ravi.Café', email: 'Ravi.Shah@example.com' });
});
afterAll(() => app[Symbol.asyncDispose]());

const signIn = (identifier: unknown, password: unknown = PASSWORD, rest: object = {}) =>
  app.call('auth.signIn', { input: { identifier, password, credential: 'bearer', ...rest } });

describe('auth.signIn knows a person', () => {
  it.each([
    'ravi.shah@example.com',
    'RAVI.Shah@Example.com',
    '  ravi.shah@example.com ',
    'ｒａｖｉ．ｓｈａｈ＠ｅｘａｍｐｌｅ．ｃｏｍ',
    'Ravi.Café',
    'ravi.café',
    'RAVI.CAFE\u0301',
    'ｒａｖｉ.café',
  ])('as %j', async (identifier) => {
    const answer = await signIn(identifier);
    expect(answer.body.result?.data.user.id).toBe(ravi.user.id);
  });

  it('and answers the user, the session and a pair of tokens on it', async () => {
    const before = Date.now();
    const { user, session, ...tokens } = (await signIn(asha.email)).body.result.data;
    expect(user).toEqual(asha.user);
    expect(session).toMatchObject({ ip: '127.0.0.1', userAgent: 'node', current: true });
    expect(Object.keys(tokens).sort()).toEqual(['accessToken', 'accessTokenExpiresAt', 'refreshToken']);
    expect(decodeJwt(tokens.accessToken).claims).toMatchObject({ sub: user.id, sid: session.id });
    expect(decodeJwt(tokens.refreshToken).claims).toMatchObject({ sub: user.id, sid: session.id });
    expect(Date.parse(tokens.accessTokenExpiresAt)).toBe(
      Number(decodeJwt(tokens.accessToken).claims.exp) * 1000,
    );
    const days = (moment: string) => (Date.parse(moment) - before) / 86_400_000;
    expect(days(session.expiresAt)).toBeCloseTo(14, 2);
    expect(days(session.absoluteExpiresAt)).toBeCloseTo(30, 2);
    expect(days(tokens.accessTokenExpiresAt)).toBeCloseTo(1 / 24, 2);
  });

  it('with a session of its own each time', async () => {
    const first = await app.signIn(asha.email);
    const second = await app.signIn(asha.email);
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(await whoAmI(app, bearer(first.accessToken))).toBe(`200 ${asha.email}`);
  });
});

describe('auth.signIn tells nobody which accounts exist', () => {
  const attempts = () => ({
    unknown: () => signIn('nobody@example.com'),
    'unknown username': () => signIn('nobody'),
    wrong: () => signIn(asha.email, 'not-her-password'),
    disabled: () => signIn(ravi.email),
    'disabled, wrong': () => signIn(ravi.email, 'not-his-password'),
  });
  beforeAll(() => app.sql('update users set disabled_at = now() where id = $1', [ravi.user.id]));
  afterAll(() => app.sql('update users set disabled_at = null where id = $1', [ravi.user.id]));

  it('unknown, wrong and disabled get one answer', async () => {
    const answers = [];
    for (const attempt of Object.values(attempts())) {
      const { status, body, headers } = await attempt();
      const { requestId, ...data } = body.error.data;
      const names = [...headers.keys()].sort();
      expect(headers.get('x-request-id')).toBe(requestId);
      answers.push(JSON.stringify({ status, names, message: body.error.message, data }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('INVALID_CREDENTIALS');
  });

  it('and cost one hash with the same parameters each', async () => {
    const verify = vi.spyOn(argon2, 'verify');
    try {
      for (const [name, attempt] of Object.entries(attempts())) {
        verify.mockClear();
        await attempt();
        expect([name, verify.mock.calls.length]).toEqual([name, 1]);
        expect(verify.mock.calls[0]?.[0]).toMatch(/^\$argon2id\$v=19\$m=8,p=1,t=1\$/);
      }
    } finally {
      verify.mockRestore();
    }
  });

  it('and as many questions to the database', async () => {
    const count = async (attempt: () => Promise<unknown>) => {
      const query = vi.spyOn((await import('pg')).default.Client.prototype, 'query');
      await attempt();
      const { length } = query.mock.calls;
      query.mockRestore();
      return length;
    };
    const counts = [];
    for (const attempt of Object.values(attempts())) counts.push(await count(attempt));
    // The account, its two limits, and the line in the audit log.
    expect(new Set(counts)).toEqual(new Set([4]));
  });
});

describe('auth.signIn refuses', () => {
  it.each([
    ['identifier', [undefined, null, 7, '', ['a'], 'a\u0000b', '\uD800', 'x'.repeat(321)]],
    ['password', [undefined, null, 7, '', { length: 9 }, 'qjxv\u0000wzkp', 'x'.repeat(1025)]],
    ['credential', [undefined, null, 'jwt', 'Cookie', ['cookie'], true]],
    ['role', ['ADMIN']],
    ['userId', ['0190f5b2-1111-7000-8000-abcdefabcdef']],
  ])('a bad %s', async (field, values) => {
    for (const value of values) {
      const good = { identifier: asha.email, password: PASSWORD, credential: 'bearer' };
      const { code, fields } = errorData(
        await app.call('auth.signIn', { input: { ...good, [field]: value } }),
      );
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });

  it('a password past the cap before hashing it, in one sentence', async () => {
    const verify = vi.spyOn(argon2, 'verify');
    try {
      const composed = 'é'.repeat(256);
      for (const password of [composed, composed.normalize('NFD'), '🍋'.repeat(256)]) {
        expect(errorData(await signIn(asha.email, password)).code).toBe('INVALID_CREDENTIALS');
      }
      expect(verify).toHaveBeenCalledTimes(3);
      for (const password of [`${composed}é`, 'q'.repeat(257), '🍋'.repeat(257), 'q'.repeat(9999)]) {
        const { code, fields } = errorData(await signIn(asha.email, password));
        expect(code).toBe('INVALID_INPUT');
        expect(fields).toEqual({ password: ['A password has at most 256 characters.'] });
      }
      expect(verify).toHaveBeenCalledTimes(3);
    } finally {
      verify.mockRestore();
    }
  });

  it.each([
    ['SQL', `' or 1=1 --`],
    ['a pattern', '%'],
    ['a pattern of an e-mail', '%@example.com'],
  ])('%s instead of a name', async (_name, identifier) => {
    expect(errorData(await signIn(identifier)).code).toBe('INVALID_CREDENTIALS');
  });

  it('a call that is not POST: a link signs nobody in', async () => {
    const input = { identifier: asha.email, password: PASSWORD, credential: 'cookie' };
    const answer = await app.call('auth.signIn', { method: 'GET', input });
    expect([answer.status, errorData(answer).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});
