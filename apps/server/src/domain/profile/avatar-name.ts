import { randomBytes } from 'node:crypto';

const AVATAR_NAME = /^[0-9a-f]{32}\.webp$/;

/** A name for a new picture. Nobody can guess it: the address of a picture is all that opens it. */
export function newAvatarName(): string {
  return `${randomBytes(16).toString('hex')}.webp`;
}

/** Whether a text can be the name of a picture at all. */
export function isAvatarName(text: string): boolean {
  return AVATAR_NAME.test(text);
}

/** Where browsers find a picture. */
export function avatarAddress(publicUrl: string, name: string): string {
  return `${publicUrl}/avatars/${name}`;
}
