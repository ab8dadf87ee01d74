import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/domain-error.ts';
import { createPictures } from '../../src/images/pictures.ts';
import {
  animation,
  blank,
  colourAt,
  lyingPng,
  noise,
  PHOTO_TEXT,
  paint,
  photo,
  sloppyJpeg,
} from './samples.ts';

const pictures = createPictures();

/** What the refusal of a file says. */
async function refusal(file: Uint8Array): Promise<string> {
  const error = await pictures.toAvatar(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('the file was accepted');
  expect([error.code, Object.keys(error.fields ?? {})]).toEqual(['INVALID_INPUT', ['data']]);
  return error.fields?.data?.join() ?? '';
}

const NOT_OURS = /PNG, JPEG or WebP/;
const DAMAGED = /damaged or cut off/;
const TOO_MANY = /25 million pixels/;

describe('an avatar', () => {
  it.each(['png', 'jpeg', 'webp'] as const)(
    'of a %s file is WebP, at most 512 pixels each way',
    async (kind) => {
      const avatar = await pictures.toAvatar(await noise(1024, 600).toFormat(kind).toBuffer());
      expect(await sharp(avatar).metadata()).toMatchObject({ format: 'webp', width: 512, height: 300 });
    },
  );

  it('is never larger than the picture was', async () => {
    for (const [width, height] of [
      [1, 1],
      [40, 30],
      [512, 512],
    ] as const) {
      const avatar = await pictures.toAvatar(await blank(width, height).png().toBuffer());
      expect(await sharp(avatar).metadata()).toMatchObject({ width, height });
    }
  });

  it('of a picture that is nearly a line keeps at least one pixel each way', async () => {
    const avatar = await pictures.toAvatar(await blank(20_000, 2).png().toBuffer());
    expect(await sharp(avatar).metadata()).toMatchObject({ width: 512, height: 1 });
  });

  it.each(['jpeg', 'png', 'webp'] as const)('of a %s photo stands the right way up', async (kind) => {
    const avatar = await pictures.toAvatar(await photo(60, 40).toFormat(kind).toBuffer());
    expect(await sharp(avatar).metadata()).toMatchObject({ width: 40, height: 60 });
    // Turned by a quarter, what was on the left is on top.
    expect([await colourAt(avatar, 20, 5), await colourAt(avatar, 20, 55)]).toEqual(['#ff0000', '#0000ff']);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('of a %s photo tells no place and no camera', async (kind) => {
    const original = await photo()
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- ${PHOTO_TEXT} --></x:xmpmeta>`)
      .withIccProfile('p3')
      .toFormat(kind)
      .toBuffer();
    expect(await sharp(original).metadata()).toMatchObject({
      exif: expect.any(Buffer),
      xmp: expect.any(Buffer),
      icc: expect.any(Buffer),
    });
    const avatar = await pictures.toAvatar(original);
    const { exif, xmp, icc, iptc, hasProfile, orientation } = await sharp(avatar).metadata();
    expect({ exif, xmp, icc, iptc, hasProfile, orientation }).toEqual({ hasProfile: false });
    expect(Buffer.from(avatar).includes(PHOTO_TEXT)).toBe(false);
  });

  it('of an animation is its first frame', async () => {
    const file = await animation();
    expect((await sharp(file).metadata()).pages).toBe(2);
    const avatar = await pictures.toAvatar(file);
    expect(await sharp(avatar).metadata()).toMatchObject({ width: 20, height: 20 });
    expect((await sharp(avatar).metadata()).pages).toBeUndefined();
    expect(await colourAt(avatar, 10, 10)).toBe('#ff0000');
  });

  it('keeps what is transparent', async () => {
    const clear = sharp({ create: { width: 9, height: 9, channels: 4, background: '#0000' } });
    const avatar = await pictures.toAvatar(await clear.png().toBuffer());
    expect((await sharp(avatar).metadata()).hasAlpha).toBe(true);
  });

  it('of print colours or of 16 bits has those of screens', async () => {
    const print = await paint(20, 20).toColourspace('cmyk').jpeg().toBuffer();
    const deep = await paint(20, 20).toColourspace('rgb16').png().toBuffer();
    for (const file of [print, deep]) {
      const avatar = await pictures.toAvatar(file);
      expect(await sharp(avatar).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar' });
      expect([await colourAt(avatar, 2, 10), await colourAt(avatar, 17, 10)]).toEqual(['#ff0000', '#0000ff']);
    }
  });

  it('is made of the harmless slips of some phones, too', async () => {
    const avatar = await pictures.toAvatar(await sloppyJpeg());
    expect((await sharp(avatar).metadata()).width).toBe(64);
  });
});

describe('a file that is two things at once', () => {
  const script = '<html><script>alert(document.domain)</script></html>';

  it.each(['png', 'jpeg', 'webp'] as const)(
    'a %s with a page behind it leaves only the picture',
    async (kind) => {
      const file = Buffer.concat([await noise(30, 30).toFormat(kind).toBuffer(), Buffer.from(script)]);
      const avatar = Buffer.from(await pictures.toAvatar(file));
      expect(avatar.includes('script')).toBe(false);
      expect(avatar.subarray(0, 4).toString()).toBe('RIFF');
      // The file ends where its own header says.
      expect(avatar.length).toBe(avatar.readUInt32LE(4) + 8);
    },
  );

  it('a JPEG with a page in its comment leaves only the picture', async () => {
    const picture = await noise(30, 30).jpeg().toBuffer();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(script.length + 2);
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe]), length, Buffer.from(script)]);
    const file = Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
    expect(Buffer.from(await pictures.toAvatar(file)).includes('script')).toBe(false);
  });

  it('a page with a picture behind it is refused', async () => {
    expect(await refusal(Buffer.concat([Buffer.from(script), await noise(9, 9).png().toBuffer()]))).toMatch(
      NOT_OURS,
    );
  });
});

describe('what is no PNG, JPEG or WebP file is refused by its content', () => {
  it.each<[string, () => Promise<Uint8Array>]>([
    ['nothing', async () => Buffer.alloc(0)],
    ['a text', async () => Buffer.from('hello')],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    [
      'an SVG with a declaration',
      async () => Buffer.from('<?xml version="1.0"?><svg width="9" height="9"/>'),
    ],
    ['a PDF', async () => Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n')],
    ['a GIF', () => blank(9, 9).gif().toBuffer()],
    ['a TIFF', () => blank(9, 9).tiff().toBuffer()],
    ['an AVIF', () => blank(9, 9).avif().toBuffer()],
    ['a sound in WebP’s own wrapping', async () => Buffer.from('RIFF\x10\0\0\0WAVEfmt ')],
    ['a HEIC', async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
  ])('%s', async (_name, make) => {
    expect(await refusal(await make())).toMatch(NOT_OURS);
  });

  it('and sharp itself reads nothing else in this process', async () => {
    for (const file of [await blank(9, 9).gif().toBuffer(), await blank(9, 9).tiff().toBuffer()]) {
      await expect(sharp(file).metadata()).rejects.toThrow(/unsupported/);
    }
    await expect(sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')).metadata()).rejects.toThrow(
      /unsupported/,
    );
    await expect(sharp(import.meta.filename).metadata()).rejects.toThrow();
  });
});

describe('a picture of too many pixels is refused before it is unpacked', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('a %s', async (kind) => {
    const bomb = await blank(6_000, 5_000).toFormat(kind, { effort: 1 }).toBuffer();
    expect(bomb.length).toBeLessThan(2 * 1024 * 1024);
    expect(await refusal(bomb)).toMatch(TOO_MANY);
  });

  it('25 million are accepted, one line more is not', async () => {
    const exact = await pictures.toAvatar(await blank(5_000, 5_000).png().toBuffer());
    expect(await sharp(exact).metadata()).toMatchObject({ width: 512, height: 512 });
    expect(await refusal(await blank(5_000, 5_001).png().toBuffer())).toMatch(TOO_MANY);
  });

  it('whoever lies about the size in the header gains nothing', async () => {
    expect(await refusal(await lyingPng(60_000, 60_000))).toMatch(TOO_MANY);
    expect(await refusal(await lyingPng(4_000, 6_000))).toMatch(DAMAGED);
  });
});

describe('a damaged file is refused', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('a %s that is cut off, wherever', async (kind) => {
    const file = await noise(200, 200).toFormat(kind).toBuffer();
    for (const part of [0.02, 0.3, 0.6, 0.95]) {
      expect(await refusal(file.subarray(0, Math.max(12, file.length * part)))).toMatch(DAMAGED);
    }
  });

  it('a PNG with a changed bit', async () => {
    const file = await noise(200, 200).png().toBuffer();
    const middle = file.length >> 1;
    file[middle] = (file[middle] ?? 0) ^ 1;
    expect(await refusal(file)).toMatch(DAMAGED);
  });

  it('first bytes with rubbish behind them', async () => {
    const starts = ['89504e470d0a1a0a', 'ffd8ffe0', '524946460000000057454250'];
    for (const start of starts) {
      expect(await refusal(Buffer.from(`${start}${'5a'.repeat(500)}`, 'hex'))).toMatch(DAMAGED);
    }
  });
});

describe('many pictures at once', () => {
  it('wait in a line of bounded length; past it a caller is told at once to come back', async () => {
    const file = await blank(20, 20).png().toBuffer();
    const endings = await Promise.all(
      Array.from({ length: 40 }, () =>
        pictures.toAvatar(file).then(
          () => 'ok',
          (error: DomainError) => error.code,
        ),
      ),
    );
    // One at work and sixteen in the line.
    expect(endings).toEqual([...Array(17).fill('ok'), ...Array(23).fill('OVERLOADED')]);
    expect(await pictures.toAvatar(file)).toBeDefined();
  });
});
