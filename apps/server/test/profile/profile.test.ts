import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, endingOf, errorData, tally } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const EVERYTHING = {
  firstName: 'Aśa',
  lastName: 'Iyer',
  language: 'hi',
  bio: 'Teacher.\nLikes\tkites.',
  mobile: '+91 98765 43210',
  address: '1 Main Road\nSurat',
  location: 'Surat',
  url: 'https://asha.example/me?x=1#top',
} as const;

describe('profile.get', () => {
  it('answers the account with what its owner said about themselves', async () => {
    expect(await asha.client.profile.get.query()).toEqual({
      ...asha.user,
      bio: null,
      avatar: null,
      mobile: null,
      address: null,
      location: null,
      url: null,
    });
  });

  it('never says more: no hash, no epoch, no number', async () => {
    const answer = await app.call('profile.get', { method: 'GET', headers: bearer(asha.accessToken) });
    expect(JSON.stringify(answer.body)).not.toMatch(/hash|epoch|argon2|"number"|disabled/i);
  });

  it('is one’s own alone: an id that comes along is refused', async () => {
    const ravi = await app.signUp();
    const answer = await app.call('profile.get', {
      method: 'GET',
      input: { userId: ravi.user.id, id: ravi.user.id },
      headers: bearer(asha.accessToken),
    });
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error.data.fields)).toEqual(['userId', 'id']);
  });
});

describe('profile.update', () => {
  it('changes what is given and answers the whole', async () => {
    const updated = await asha.client.profile.update.mutate(EVERYTHING);
    expect(updated).toEqual({ ...asha.user, avatar: null, ...EVERYTHING });
    expect(await asha.client.profile.get.query()).toEqual(updated);
    expect((await asha.client.auth.me.query()).user).toMatchObject({ firstName: 'Aśa', language: 'hi' });
  });

  it('leaves what is absent, and clears what is null', async () => {
    await asha.client.profile.update.mutate(EVERYTHING);
    expect(await asha.client.profile.update.mutate({ bio: 'New.' })).toMatchObject({
      ...EVERYTHING,
      bio: 'New.',
    });
    const cleared = { firstName: null, bio: null, mobile: null, address: null, location: null, url: null };
    expect(await asha.client.profile.update.mutate(cleared)).toMatchObject({ ...cleared, lastName: 'Iyer' });
  });

  it('of nothing changes nothing', async () => {
    expect(await asha.client.profile.update.mutate({})).toEqual(await asha.client.profile.get.query());
  });

  it('is nobody else’s', async () => {
    const ravi = await app.signUp();
    const before = await ravi.client.profile.get.query();
    await asha.client.profile.update.mutate(EVERYTHING);
    expect(await ravi.client.profile.get.query()).toEqual(before);
  });

  it('keeps text as text', async () => {
    const bio = `'); drop table users; -- <script>alert(1)</script> \${7*7} %s \\u0041`;
    expect((await asha.client.profile.update.mutate({ bio })).bio).toBe(bio);
  });
});

describe('a username', () => {
  it('may be changed, in its writing too, and signs in from then on', async () => {
    await asha.client.profile.update.mutate({ username: 'moon.asha' });
    expect((await asha.client.profile.update.mutate({ username: 'Moon.Asha' })).username).toBe('Moon.Asha');
    expect((await app.signIn('MOON.asha')).user.id).toBe(asha.user.id);
  });

  it('is free again for others once it is left', async () => {
    await asha.client.profile.update.mutate({ username: 'left-behind' });
    await asha.client.profile.update.mutate({ username: 'went-on' });
    const ravi = await app.signUp({ username: 'left-behind' });
    expect((await app.signIn('left-behind')).user.id).toBe(ravi.user.id);
  });

  it('that somebody has, in whatever writing, is refused and nothing else is changed', async () => {
    await app.signUp({ username: 'star-ravi' });
    for (const username of ['star-ravi', 'STAR-ravi', 'ｓｔａｒ-ravi']) {
      expect(await errorOf(asha.client.profile.update.mutate({ username, bio: 'Changed.' }))).toMatchObject({
        code: 'USERNAME_TAKEN',
        httpStatus: 409,
      });
    }
    expect(await asha.client.profile.get.query()).toMatchObject({ username: asha.user.username, bio: null });
  });

  it('with an @ is one’s own e-mail or nothing', async () => {
    const ravi = await app.signUp();
    for (const username of [
      ravi.email,
      ravi.email.toUpperCase(),
      'free@example.com',
      'ｆｒｅｅ＠example.com',
    ]) {
      expect(await errorOf(asha.client.profile.update.mutate({ username }))).toMatchObject({
        code: 'INVALID_INPUT',
        fields: { username: ['A username with @ in it must be your own e-mail address.'] },
      });
    }
    await asha.client.profile.update.mutate({ username: 'for-a-while' });
    expect(await endingOf(asha.client.profile.update.mutate({ username: asha.email.toUpperCase() }))).toBe(
      'ok',
    );
  });

  it('of ten people who want it at once goes to one', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => app.signUp()));
    const endings = await tally(
      people.map(({ client }) => client.profile.update.mutate({ username: 'the-one' })),
    );
    expect(endings).toEqual({ ok: 1, USERNAME_TAKEN: 9 });
  });
});

describe('profile.update names what is wrong, and changes nothing', () => {
  const bad: Record<string, unknown[]> = {
    username: [null, 7, '', 'a b', 'a\u200B', 'a\u0000', '\uD800', 'x'.repeat(151), 'a@b'],
    firstName: [7, '', ' ', '\u200B', 'a\nb', 'a\u0000b', '\uDC00', 'x'.repeat(151)],
    lastName: [{}, '', 'a\u202Eb', 'x'.repeat(151)],
    language: [null, 'fr', 7],
    bio: [7, '', 'a\u0000', 'a\u0007', '\uD800', 'x'.repeat(2001), ['x']],
    mobile: [7, '', 'abc', '12', '+91\u000098765', '1'.repeat(33)],
    address: [7, '', 'x'.repeat(501), 'a\u001Bb'],
    location: [7, '', 'x'.repeat(201), 'a\nb'],
    url: [
      7,
      '',
      'example.com',
      'javascript:alert(1)',
      'https://x.example/"onload="',
      `https://x.example/${'x'.repeat(2048)}`,
    ],
    // What only others may change, or nobody.
    role: ['ADMIN', 'CITIZEN'],
    is_officer: [true],
    is_superuser: [true],
    id: ['0190f5b2-1111-7000-8000-abcdefabcdef'],
    number: [1],
    email: ['new@example.com'],
    emailVerified: [true],
    password: ['copper-violin-marsh-77'],
    avatar: ['/avatars/other.png'],
    organization: [null],
    createdAt: ['2030-01-01T00:00:00Z'],
    disabledAt: [null],
  };

  it.each(Object.keys(bad))('%s', async (field) => {
    const before = await asha.client.profile.get.query();
    for (const value of bad[field] ?? []) {
      const input = { bio: 'Changed.', [field]: value };
      const { code, fields } = errorData(
        await app.call('profile.update', { input, headers: bearer(asha.accessToken) }),
      );
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
    expect(await asha.client.profile.get.query()).toEqual(before);
    expect((await asha.client.auth.me.query()).user).toEqual(asha.user);
  });
});
