import { AVATAR_MAX_BYTES } from '@truconn/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { animation, base64, blank, noise, photo } from '../images/samples.ts';
import { bearer, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { fetchPicture, keptPictures } from './avatar-support.ts';

const PUBLIC_URL = 'https://truconn.example';
const ADDRESS = /^https:\/\/truconn\.example\/avatars\/[0-9a-f]{32}\.webp$/;

let app: TestApp;
let png: string;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: { PUBLIC_URL, ALLOWED_HOSTS: '127.0.0.1' } });
  png = base64(await blank(30, 20).png().toBuffer());
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** A picture of so many bytes: what follows a PNG's end is not read. */
async function pictureOf(bytes: number): Promise<string> {
  const file = Buffer.alloc(bytes);
  (await blank(30, 20).png().toBuffer()).copy(file);
  return base64(file);
}

describe('profile.setAvatar', () => {
  it('answers the profile with the address of the picture', async () => {
    const before = await asha.client.profile.get.query();
    const profile = await asha.client.profile.setAvatar.mutate({ data: png });
    expect(profile).toEqual({ ...before, avatar: expect.stringMatching(ADDRESS) });
    expect(await asha.client.profile.get.query()).toEqual(profile);
    expect(await asha.client.profile.update.mutate({ bio: 'Hello.' })).toEqual({ ...profile, bio: 'Hello.' });
    expect((await asha.client.auth.me.query()).user).toEqual(asha.user);
  });

  it('puts the picture at that address, small and without what the photo told', async () => {
    const file = await photo(1_200, 800).jpeg().toBuffer();
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data: base64(file) });
    const answer = await fetchPicture(app, avatar);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const { format, width, height, exif } = await sharp(await answer.arrayBuffer()).metadata();
    expect({ format, width, height, exif }).toEqual({ format: 'webp', width: 341, height: 512 });
  });

  it.each([
    ['jpeg', () => noise(20, 20).jpeg().toBuffer()],
    ['webp', () => noise(20, 20).webp().toBuffer()],
    ['animated webp', animation],
  ])('takes %s', async (_kind, make) => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data: base64(await make()) });
    expect(avatar).toMatch(ADDRESS);
  });

  it.each(['png', 'jpeg', 'webp'])('takes a data URL, which may say %s of whatever it is', async (kind) => {
    const data = `data:image/${kind};base64,${png}`;
    expect((await asha.client.profile.setAvatar.mutate({ data })).avatar).toMatch(ADDRESS);
  });

  it('gives each picture a new address, also the same one', async () => {
    const first = await asha.client.profile.setAvatar.mutate({ data: png });
    const second = await asha.client.profile.setAvatar.mutate({ data: png });
    expect(second.avatar).not.toBe(first.avatar);
  });

  it('takes 2 MB to the byte, bare and as a data URL, and no byte more', async () => {
    const exact = await pictureOf(AVATAR_MAX_BYTES);
    for (const data of [exact, `data:image/jpeg;base64,${exact}`, `DATA:IMAGE/JPEG;BASE64,${exact}`]) {
      expect((await asha.client.profile.setAvatar.mutate({ data })).avatar).toMatch(ADDRESS);
    }
    for (const bytes of [AVATAR_MAX_BYTES + 1, AVATAR_MAX_BYTES + 10_000]) {
      expect(
        await errorOf(asha.client.profile.setAvatar.mutate({ data: await pictureOf(bytes) })),
      ).toMatchObject({ code: 'INVALID_INPUT', fields: { data: ['A picture has at most 2 MB.'] } });
    }
  });

  it('is nobody else’s', async () => {
    const ravi = await app.signUp();
    const his = await ravi.client.profile.setAvatar.mutate({ data: png });
    await asha.client.profile.setAvatar.mutate({ data: png });
    await asha.client.profile.removeAvatar.mutate();
    expect(await ravi.client.profile.get.query()).toEqual(his);
    for (const name of ['userId', 'id', 'name', 'url']) {
      const { code, fields } = errorData(
        await app.call('profile.setAvatar', {
          input: { data: png, [name]: ravi.user.id },
          headers: bearer(asha.accessToken),
        }),
      );
      expect([code, Object.keys(fields ?? {})]).toEqual(['INVALID_INPUT', [name]]);
    }
  });

  it('is for people who are signed in: nobody’s picture is kept', async () => {
    const kept = keptPictures(app);
    for (const headers of [{}, bearer('no-session-of-ours'), { authorization: 'Basic eDp5' }]) {
      const answer = await app.call('profile.setAvatar', { input: { data: png }, headers });
      expect([answer.status, errorData(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(keptPictures(app)).toEqual(kept);
  });

  it('answers UNAUTHENTICATED when the session has ended', async () => {
    await asha.client.auth.signOut.mutate();
    const error = await errorOf(asha.client.profile.setAvatar.mutate({ data: png }));
    expect(error.code).toBe('UNAUTHENTICATED');
  });
});

describe('profile.setAvatar names what is wrong, and changes nothing', () => {
  const BASE64 = /^Send the picture’s file in base64/;
  const KIND = /^Send a PNG, JPEG or WebP picture/;
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  // Of a size that needs padding, and of more than one line.
  const file = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(93)]);

  it.each<[name: string, data: unknown, sentence: RegExp]>([
    ['nothing', undefined, /required/],
    ['null', null, /text/],
    ['a number', 7, /text/],
    ['a list', [base64(file)], /text/],
    ['an empty text', '', /blank/],
    ['an address', 'https://example.com/me.png', BASE64],
    ['a path', '/avatars/other.webp', BASE64],
    ['words', 'this is not base64', BASE64],
    ['base64 in lines', `${base64(file).slice(0, 76)}\n${base64(file).slice(76)}`, BASE64],
    ['base64 for addresses', Buffer.from('fbff', 'hex').toString('base64url'), BASE64],
    ['base64 without its padding', base64(file).replace(/=+$/, ''), BASE64],
    ['base64 with too much padding', `${base64(file)}==`, BASE64],
    ['base64 with bits that mean nothing', 'iVBORw0KGgp=', BASE64],
    ['a data URL of an SVG', `data:image/svg+xml;base64,${base64(svg)}`, KIND],
    ['a data URL of a page', `data:text/html;base64,${base64(svg)}`, KIND],
    ['a data URL that is not base64', 'data:image/png,%89PNG', BASE64],
    ['a data URL of nothing', 'data:image/png;base64,', KIND],
    ['an SVG', base64(svg), KIND],
    ['an SVG that says it is a PNG', `data:image/png;base64,${base64(svg)}`, KIND],
    ['the beginning of a PNG', base64(file), /damaged/],
  ])('%s', async (_name, data, sentence) => {
    const before = await asha.client.profile.setAvatar.mutate({ data: png });
    const kept = keptPictures(app);
    const answer = await app.call('profile.setAvatar', {
      input: { data },
      headers: bearer(asha.accessToken),
    });
    const { code, fields } = errorData(answer);
    expect([answer.status, code, fields]).toEqual([
      400,
      'INVALID_INPUT',
      { data: [expect.stringMatching(sentence)] },
    ]);
    expect(await asha.client.profile.get.query()).toEqual(before);
    expect(keptPictures(app)).toEqual(kept);
  });
});

describe('profile.removeAvatar', () => {
  it('leaves the profile without a picture, and the rest of it as it was', async () => {
    const before = await asha.client.profile.get.query();
    await asha.client.profile.setAvatar.mutate({ data: png });
    expect(await asha.client.profile.removeAvatar.mutate()).toEqual(before);
    expect(await asha.client.profile.get.query()).toEqual(before);
  });

  it('does nothing without a picture, and nothing the second time', async () => {
    const before = await asha.client.profile.get.query();
    expect(await asha.client.profile.removeAvatar.mutate()).toEqual(before);
    await asha.client.profile.setAvatar.mutate({ data: png });
    await asha.client.profile.removeAvatar.mutate();
    expect(await asha.client.profile.removeAvatar.mutate()).toEqual(before);
  });

  it('is for people who are signed in', async () => {
    const answer = await app.call('profile.removeAvatar');
    expect([answer.status, errorData(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('is one’s own alone: an id that comes along is refused', async () => {
    const ravi = await app.signUp();
    const { avatar } = await ravi.client.profile.setAvatar.mutate({ data: png });
    const answer = await app.call('profile.removeAvatar', {
      input: { userId: ravi.user.id },
      headers: bearer(asha.accessToken),
    });
    expect([answer.status, Object.keys(errorData(answer).fields ?? {})]).toEqual([400, ['userId']]);
    expect((await ravi.client.profile.get.query()).avatar).toBe(avatar);
  });
});
