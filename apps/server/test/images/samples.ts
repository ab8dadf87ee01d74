import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture of two halves, so that a turned one can be told: red on the left, blue on the right. */
export function paint(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const left = Math.ceil(width / 2);
  const half = { width: left, height, channels, background: '#ff0000' } as const;
  return sharp({ create: { width, height, channels, background: '#0000ff' } }).composite([
    { input: { create: half }, left: 0, top: 0 },
  ]);
}

/** A picture that does not compress to nothing, so that its middle is picture and no end mark. */
export function noise(width: number, height: number): Sharp {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
}

/** One colour: many pixels in a small file. */
export function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#123456' } });
}

export const PHOTO_TEXT = 'Camera of Asha Patel';

/** As a phone takes it: lying on its side, with the place and the camera. */
export function photo(width = 60, height = 40): Sharp {
  return paint(width, height)
    .withExif({
      IFD0: { Make: PHOTO_TEXT },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '21/1 10/1 12/1', GPSLongitudeRef: 'E' },
    })
    .withMetadata({ orientation: 6 });
}

/** A PNG whose header states other measures than it has, with the right checksum. */
export async function lyingPng(width: number, height: number): Promise<Buffer> {
  const file = await noise(60, 60).png().toBuffer();
  // After the signature and the chunk's length: type, width, height, five bytes, checksum (PNG 11.2.1).
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}

/** Two frames: red, then blue. */
export async function animation(): Promise<Buffer> {
  const frame = (background: string) =>
    sharp({ create: { width: 20, height: 20, channels: 3, background } })
      .png()
      .toBuffer();
  return sharp([await frame('#ff0000'), await frame('#0000ff')], { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer();
}

/** A baseline JPEG whose scan header says "progressive", as some phones write it. */
export async function sloppyJpeg(): Promise<Buffer> {
  const file = await noise(64, 64).jpeg().toBuffer();
  const scan = file.indexOf(Buffer.from([0xff, 0xda]));
  // The last three bytes of the header are Ss, Se, and Ah with Al (ITU-T T.81 B.2.3); Se must be 63.
  file[scan + 2 + file.readUInt16BE(scan + 2) - 2] = 0;
  return file;
}

/** The colour at a place, as `#rrggbb` with each channel rounded to 0 or ff. */
export async function colourAt(webp: Uint8Array, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(webp).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return `#${[...data.subarray(at, at + 3)].map((value) => (value > 127 ? 'ff' : '00')).join('')}`;
}

/** As a browser sends it. */
export const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64');
