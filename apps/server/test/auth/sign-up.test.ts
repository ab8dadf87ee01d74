import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorData } from '../support/calls.ts';
import { newPerson, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signUp = (input: object, headers = {}) => app.call('auth.signUp', { input, headers });
const refused = async (input: object) => errorData(await signUp({ ...newPerson(), ...input }));
const INVALID = { code: 'INVALID_INPUT', httpStatus: 400 };

describe('auth.signUp makes an account', () => {
  it('and answers the person, without a session and without a secret', async () => {
    const account = newPerson();
    const answer = await signUp({ ...account, email: `  ${account.email.toUpperCase()} `, language: 'gu' });
    expect(answer.status).toBe(200);
    expect(answer.body.result.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      email: account.email,
      username: account.email,
      firstName: 'Asha',
      lastName: 'Patel',
      role: 'CITIZEN',
      language: 'gu',
      emailVerified: false,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      organization: null,
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const { id } = answer.body.result.data;
    expect(await app.sql('select 1 from sessions where user_id = $1', [id])).toEqual([]);
  });

  it('with a profile and a ledger of its own', async () => {
    const { id } = await app.client().auth.signUp.mutate(newPerson());
    const [kept] = await app.sql(
      `select seq, length(hash) as hash from profiles join ledger_heads on person_id = user_id where user_id = $1`,
      [id],
    );
    expect(kept).toEqual({ seq: 0, hash: 64 });
  });

  it('with the username that was asked for, as it was written', async () => {
    const user = await app.client().auth.signUp.mutate({ ...newPerson(), username: 'Asha.Patel' });
    expect(user.username).toBe('Asha.Patel');
  });

  it('whose own e-mail may be its username, in any spelling', async () => {
    const account = newPerson();
    const user = await app.client().auth.signUp.mutate({ ...account, username: account.email.toUpperCase() });
    expect(user.username).toBe(account.email.toUpperCase());
  });

  it.each(['CITIZEN', 'PATIENT', 'DOCTOR'] as const)('in the role %s', async (role) => {
    expect((await app.client().auth.signUp.mutate({ ...newPerson(), role })).role).toBe(role);
  });

  it.each(['ADMIN', 'OFFICER'])('but never in the role %s', async (role) => {
    expect(await refused({ role })).toMatchObject({
      ...INVALID,
      fields: { role: ['This role cannot be chosen at sign-up.'] },
    });
  });

  it('also for somebody who is signed in already, whom it does not become', async () => {
    const asha = await app.signUp();
    const account = newPerson();
    await asha.client.auth.signUp.mutate(account);
    expect((await asha.client.auth.me.query()).user.email).toBe(asha.email);
  });
});

describe('an organization signs up', () => {
  const { firstName: _first, lastName: _last, ...nameless } = newPerson();

  it('with its name, and owns what it made', async () => {
    const user = await app.client().auth.signUp.mutate({
      ...nameless,
      role: 'ORGANIZATION',
      organizationName: 'City Hospital',
      organizationWebsite: 'https://hospital.example',
      organizationAddress: '1 Main Road\nAhmedabad',
    });
    expect(user).toMatchObject({
      firstName: null,
      role: 'ORGANIZATION',
      organization: { name: 'City Hospital', membership: 'owner' },
    });
    expect(await app.sql('select name, website, address, verified_at from organizations')).toEqual([
      {
        name: 'City Hospital',
        website: 'https://hospital.example',
        address: '1 Main Road\nAhmedabad',
        verified_at: null,
      },
    ]);
  });

  it('not without a name', async () => {
    expect(await refused({ role: 'ORGANIZATION' })).toMatchObject({
      ...INVALID,
      fields: { organizationName: ['This field is required.'] },
    });
  });

  it('and a citizen brings none', async () => {
    expect(await refused({ organizationName: 'City Hospital' })).toMatchObject({
      ...INVALID,
      fields: { organizationName: ['Only for the role ORGANIZATION.'] },
    });
  });
});

describe('auth.signUp names what is wrong, and makes nothing', () => {
  it.each([
    [
      'email',
      [
        undefined,
        null,
        7,
        '',
        'asha',
        'as\u200Bha@example.com',
        ['a@example.com'],
        `${'a'.repeat(400)}@example.com`,
      ],
    ],
    ['password', [undefined, null, 12345678, '', {}, 'x'.repeat(1025)]],
    ['firstName', [undefined, 7, '', '  ', '\u200B', 'a\u202Eb', 'a\nb', 'x'.repeat(151)]],
    ['lastName', [undefined, [], '', 'x'.repeat(10_000)]],
    [
      'username',
      [7, null, '', 'a b', 'asha\u200D', 'x'.repeat(151), 'somebody.else@example.com', 'a@b', '<i>'],
    ],
    ['role', ['citizen', '', 'ROOT', 1, ['CITIZEN']]],
    ['language', ['fr', 'EN', 1]],
  ])('%s', async (field, values) => {
    const [before] = await app.sql('select count(*) from users');
    for (const value of values) {
      const { code, fields } = await refused({ [field]: value });
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
    expect(await app.sql('select count(*) from users')).toEqual([before]);
  });

  it.each([
    ['organizationName', ['', 7, 'x'.repeat(201)]],
    ['organizationWebsite', ['hospital.example', 'javascript:alert(1)', 'https://x.example/"onload="', 7]],
    ['organizationAddress', ['', 'x'.repeat(501), 'a\u0007b']],
  ])('%s', async (field, values) => {
    for (const value of values) {
      const { code, fields } = await refused({
        role: 'ORGANIZATION',
        organizationName: 'City Hospital',
        [field]: value,
      });
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });

  it.each(['id', 'is_officer', 'is_superuser', 'emailVerified', 'disabledAt', 'number'])(
    'the unknown field %s',
    async (field) => {
      expect(await refused({ [field]: true })).toMatchObject({
        ...INVALID,
        fields: { [field]: ['This field is not known here.'] },
      });
    },
  );

  it('a NUL and half a surrogate pair, wherever they stand', async () => {
    for (const field of ['email', 'password', 'firstName', 'username']) {
      for (const bad of ['qjx\u0000vwzkp', 'qjx\uD800vwzkp']) {
        expect(await refused({ [field]: bad })).toMatchObject({
          ...INVALID,
          fields: { [field]: [expect.any(String)] },
        });
      }
    }
  });

  it('several fields at once', async () => {
    const { fields } = await refused({ email: 'x', firstName: '', language: 'fr' });
    expect(Object.keys(fields ?? {}).sort()).toEqual(['email', 'firstName', 'language']);
  });

  it.each(['', 'short', 7, undefined])('the password %j beside what else is wrong', async (password) => {
    const wrong = { email: 'x', password, firstName: undefined, lastName: undefined };
    const { fields } = await refused(wrong);
    expect(Object.keys(fields ?? {}).sort()).toEqual(['email', 'firstName', 'lastName', 'password']);
    expect(fields?.password).toHaveLength(1);
  });
});

describe('what is taken', () => {
  it('is said, e-mail first', async () => {
    const account = { ...newPerson(), username: 'taken-name' };
    await app.client().auth.signUp.mutate(account);
    expect(await refused(account)).toMatchObject({ code: 'EMAIL_TAKEN', httpStatus: 409 });
    expect(await refused({ username: 'TAKEN-name' })).toMatchObject({
      code: 'USERNAME_TAKEN',
      httpStatus: 409,
    });
    expect(await refused({ username: 'ｔａｋｅｎ-name' })).toMatchObject({ code: 'USERNAME_TAKEN' });
  });

  it('is said of both at once, whether one account has them or two', async () => {
    const [first, second] = [newPerson(), newPerson()];
    const usernames = [`first-${Date.now()}`, `second-${Date.now()}`];
    await app.client().auth.signUp.mutate({ ...first, username: usernames[0] });
    await app.client().auth.signUp.mutate({ ...second, username: usernames[1] });
    for (const username of usernames) {
      expect(await refused({ email: first.email, username })).toMatchObject({
        code: 'EMAIL_TAKEN',
        httpStatus: 409,
        fields: {
          email: ['An account with this e-mail address already exists.'],
          username: ['An account with this username already exists.'],
        },
      });
    }
  });

  it('is said of the e-mail alone where it is the username, too', async () => {
    const { email } = await app.signUp();
    const { code, fields } = await refused({ email, username: email });
    expect([code, Object.keys(fields ?? {})]).toEqual(['EMAIL_TAKEN', []]);
  });
});
