import { z } from 'zod';

/** How large a picture may be as a file, in bytes. */
export const AVATAR_MAX_BYTES = 2 * 1024 * 1024;

/** What `profile.setAvatar` takes. */
export interface SetAvatarInput {
  /** A PNG, JPEG or WebP file of at most 2 MB in base64, with or without `data:image/…;base64,` before it. */
  data: string;
}

const MAX_CHARACTERS = Math.ceil(AVATAR_MAX_BYTES / 3) * 4 + 'data:image/jpeg;base64,'.length;
const TOO_LARGE = 'A picture has at most 2 MB.';

/** A picture's file in base64. What is in it is judged where it is decoded. */
export const pictureSchema = z.string().min(1, 'This field may not be blank.').max(MAX_CHARACTERS, TOO_LARGE);

export const setAvatarInputSchema: z.ZodType<SetAvatarInput, SetAvatarInput> = z.strictObject({
  data: pictureSchema,
});
