import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { signInByRest } from './support.ts';

let app: TestApp;
let jane: Awaited<ReturnType<typeof signInByRest>>;
let headers: Record<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  jane = await signInByRest(app);
  headers = { authorization: `Bearer ${jane.access}` };
});
afterAll(() => app[Symbol.asyncDispose]());

const METHODS = ['PUT', 'PATCH'] as const;
const change = (body: unknown, method: (typeof METHODS)[number] = 'PATCH') =>
  app.rest(`${method} /api/auth/profile/`, { headers, body });
const read = async () => (await app.rest('GET /api/auth/profile/', { headers })).body;

async function picture(colour: string): Promise<string> {
  const create = { width: 8, height: 8, channels: 3, background: colour } as const;
  return (await sharp({ create }).png().toBuffer()).toString('base64');
}

describe.each(METHODS)('%s of a profile', (method) => {
  it.each([
    ['first_name', 'Asha'],
    ['last_name', 'Patel'],
    ['mobile', '+91 98765 43210', 'phone_no'],
    ['phone_no', '+91 11111 22222', 'mobile'],
    ['bio', 'I like maps.', 'about'],
    ['about', 'I draw maps.', 'bio'],
    ['address', '12 Ring Road\nAhmedabad'],
    ['location', 'Ahmedabad'],
    ['url', 'https://asha.example'],
    ['language', 'gu'],
  ])('writes %s', async (field, value, alias = field) => {
    const before = await read();
    const { status, body } = await change({ [field]: value }, method);
    expect([status, body]).toEqual([200, { ...before, [field]: value, [alias]: value }]);
    expect(await read()).toEqual(body);
  });

  it.each(['first_name', 'last_name', 'mobile', 'phone_no', 'bio', 'about', 'address', 'location', 'url'])(
    'clears %s with an empty text and with null',
    async (field) => {
      const value =
        { url: 'https://asha.example', mobile: '+91 98765 43210', phone_no: '12345' }[field] ?? 'x';
      for (const empty of ['', null]) {
        expect((await change({ [field]: value })).body[field]).toBe(value);
        const { status, body } = await change({ [field]: empty }, method);
        expect([status, body[field]]).toEqual([200, '']);
      }
    },
  );

  it('changes nothing that is not its person’s to change', async () => {
    const before = await read();
    const { status, body } = await change(
      {
        id: 4711,
        uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
        user: 4711,
        username: 'root',
        role: 'ADMIN',
        user_role: 'ADMIN',
        is_officer: true,
        is_superuser: true,
        is_staff: true,
        email_verified: true,
        password: 'Meadow-77-Meadow',
      },
      method,
    );
    expect([status, body]).toEqual([200, before]);
    expect(await read()).toEqual(before);
  });

  it('takes the whole profile back as it was read, with one field changed under either name', async () => {
    await change({ mobile: '+91 98765 43210', bio: 'Before.' });
    for (const [field, value] of [
      ['phone_no', '+91 22222 33333'],
      ['mobile', '+91 33333 44444'],
      ['about', 'After.'],
      ['bio', 'After that.'],
    ] as const) {
      const { status, body } = await change({ ...(await read()), [field]: value }, method);
      expect([status, body[field]]).toEqual([200, value]);
    }
  });
});

describe('two names for one field', () => {
  it.each([
    ['mobile', 'phone_no', '+91 44444 55555', '+91 55555 66666'],
    ['bio', 'about', 'One.', 'Two.'],
  ])('that say two new things are refused: %s and %s', async (documented, alias, first, second) => {
    const before = await read();
    const { status, body } = await change({ [documented]: first, [alias]: second });
    expect([status, body]).toEqual([400, { [alias]: [`Give this or ${documented}, not two that differ.`] }]);
    expect(await read()).toEqual(before);
    expect((await change({ [documented]: first, [alias]: first })).status).toBe(200);
  });
});

describe('a picture', () => {
  it.each(['avatar', 'profile_pic'])(
    'is written as %s, read under both names, and removed',
    async (field) => {
      const { status, body } = await change({ [field]: await picture('red') });
      expect(status).toBe(200);
      expect(body.avatar).toMatch(/^http:\/\/.*\/avatars\/[0-9a-f]{32}\.webp$/);
      expect(body.profile_pic).toBe(body.avatar);
      expect((await app.rest('GET /api/users/me/', { headers })).body.profile_picture).toBe(body.avatar);
      expect((await change({ [field]: null })).body.avatar).toBeNull();
    },
  );

  it('stays when its address comes back, also one from before it was replaced', async () => {
    const old = (await change({ avatar: await picture('red') })).body;
    const now = (await change({ profile_pic: `data:image/png;base64,${await picture('blue')}` })).body;
    expect(now.avatar).not.toBe(old.avatar);
    for (const profile of [now, old]) {
      const { status, body } = await change({ ...profile, location: 'Surat' }, 'PUT');
      expect([status, body.avatar, body.location]).toEqual([200, now.avatar, 'Surat']);
    }
  });

  it.each(['avatar', 'profile_pic'])('that is none is refused under the name %s', async (field) => {
    const before = await read();
    for (const bad of [
      'hello',
      'https://evil.example/picture.png',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'),
      Buffer.alloc(2_200_000).toString('base64'),
    ]) {
      const { status, body } = await change({ bio: 'lost', [field]: bad });
      expect([status, Object.keys(body)]).toEqual([400, [field]]);
    }
    expect(await read()).toEqual(before);
  });
});
