import { AVATAR_MAX_BYTES } from '@truconn/contract';
import { invalidField } from '../domain-error.ts';

// What `FileReader.readAsDataURL` puts before; what it says about the type is not believed.
const PREFIX = /^data:[\w.+/-]{0,100};base64,/i;

/**
 * The bytes of a file that came as base64 (RFC 4648 4: with padding, without line breaks).
 * @param field the input's name, for the error
 * @throws DomainError `INVALID_INPUT` on `field`
 */
export function decodePicture(data: string, field: string): Uint8Array {
  const text = data.replace(PREFIX, '');
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is no base64, so only what comes out the same was all base64.
  if (bytes.toString('base64') !== text) {
    throw invalidField(field, 'Send the picture’s file in base64, without spaces and line breaks.');
  }
  if (bytes.length > AVATAR_MAX_BYTES) throw invalidField(field, 'A picture has at most 2 MB.');
  return bytes;
}
