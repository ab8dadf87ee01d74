import sharp from 'sharp';
import { DomainError, invalidField } from '../domain/domain-error.ts';
import { WorkQueue } from '../work-queue.ts';

/** Makes avatars of what people send. */
export interface Pictures {
  /**
   * The picture of a PNG, JPEG or WebP file, the right way up and at most 512 pixels wide and high, as a WebP
   * file that holds nothing else: no place, no camera, no colour profile, no bytes of the original.
   * @param field the input's name, for the error; `data` unless told
   * @throws DomainError `INVALID_INPUT` on `field`, `OVERLOADED`
   */
  toAvatar(file: Uint8Array, field?: string): Promise<Uint8Array>;
}

/** Width times height of a picture that is accepted. */
export const MAX_PIXELS = 25_000_000;
const MAX_SIDE = 512;
const QUALITY = 82;
const TIMEOUT_SECONDS = 10;

// Pictures of that many pixels were measured to take half a second and some 200 MB: one at a time.
const QUEUE = { slots: 1, maxWaiting: 16, maxWaitMilliseconds: 5_000 };

const SIGNATURES = [
  /^89504e470d0a1a0a/, // PNG
  /^ffd8ff/, // JPEG
  /^52494646.{8}57454250/, // WebP: RIFF, four bytes of length, WEBP
];

export function createPictures(): Pictures {
  restrictSharp();
  const queue = new WorkQueue(QUEUE);
  return {
    async toAvatar(file, field = 'data') {
      if (!isPicture(file)) throw invalidField(field, 'Send a PNG, JPEG or WebP picture.');
      return queue.run(() => convert(file, field));
    },
  };
}

// What libvips cannot read, whatever `isPicture` lets through: SVG, GIF, TIFF, HEIF, PDF, files by name.
function restrictSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}

/** By its first bytes: neither a name nor a stated type is asked. */
function isPicture(file: Uint8Array): boolean {
  const hex = Buffer.from(file.subarray(0, 12)).toString('hex');
  return SIGNATURES.some((signature) => signature.test(hex));
}

async function convert(file: Uint8Array, field: string): Promise<Uint8Array> {
  try {
    const { width, height } = await sharp(file, { limitInputPixels: false }).metadata();
    if (width * height > MAX_PIXELS)
      throw invalidField(field, 'The picture has more than 25 million pixels; send a smaller one.');
    return await encode(file);
  } catch (error) {
    throw error instanceof DomainError
      ? error
      : invalidField(field, 'The picture is damaged or cut off; send another file.');
  }
}

// `error` refuses what is cut off or broken. `warning` would also refuse the harmless slips in the JPEG files
// of some phones. Unless it is asked otherwise, sharp turns colours into sRGB and keeps no metadata.
function encode(file: Uint8Array): Promise<Uint8Array> {
  return sharp(file, { failOn: 'error', limitInputPixels: MAX_PIXELS, autoOrient: true })
    .timeout({ seconds: TIMEOUT_SECONDS })
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer();
}
