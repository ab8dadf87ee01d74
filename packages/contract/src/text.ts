import { z } from 'zod';

/** Unicode's compatibility form without case: two spellings that a person reads as one compare equal. */
function canonical(value: string): string {
  return value.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * The one spelling under which an e-mail address is stored and looked up.
 * @example canonicalEmail(' Jane@Example.COM ') // 'jane@example.com'
 */
export const canonicalEmail = (value: string): string => canonical(value);

/** The one spelling under which two usernames are compared. */
export const canonicalUsername = (value: string): string => canonical(value);

// Characters that a reader cannot see: Hangul fillers, variation selectors and blank Braille too (UTS 39).
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const CONTROL_IN_LINES = /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/u;
// No address holds these unescaped (RFC 3986 2), and a page's attribute may end at them.
const UNSAFE_IN_ADDRESS = /["<>\\`]/;
const EMAIL =
  /^(?!\.)(?!.*\.\.)[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}]$/u;
const USERNAME = /^[\p{L}\p{N}._+-][\p{L}\p{N}\p{M}._+-]*$/u;

/** An e-mail address; comes out canonical. At most 254 characters (RFC 5321 4.5.3.1.3). */
export const emailSchema = z
  .string()
  .max(320, 'An e-mail address has at most 254 characters.')
  .transform(canonicalEmail)
  .refine((value) => value.length <= 254 && EMAIL.test(value) && !INVISIBLE.test(value), {
    message: 'Enter an e-mail address such as jane@example.com.',
  })
  .meta({ format: 'email', maxLength: 254 });

/** A username; comes out in NFKC. One that holds an `@` must be the account's own e-mail. */
export const usernameSchema = z
  .string()
  .max(254, 'A username has at most 150 characters.')
  .transform((value) => value.normalize('NFKC'))
  .refine((value) => isUsername(value), {
    message: 'A username has 1 to 150 letters, digits and . _ + - characters.',
  })
  .meta({
    description: '1 to 150 letters, digits and . _ + - characters, or the account’s own e-mail address.',
  });

function isUsername(value: string): boolean {
  if (INVISIBLE.test(value)) return false;
  return value.includes('@')
    ? EMAIL.test(canonicalEmail(value))
    : value.length <= 150 && USERNAME.test(value);
}

// Joiners belong inside words of Hindi and Gujarati; alone, they are a name that nobody can see.
function isBlank(value: string): boolean {
  return [...value].every((character) => INVISIBLE.test(character));
}

/** One line of text a person wrote, trimmed, in NFC, without control characters. */
export function lineSchema(maxLength: number) {
  return z
    .string()
    .max(maxLength * 4, `At most ${maxLength} characters.`)
    .transform((value) => value.trim().normalize('NFC'))
    .refine((value) => !isBlank(value), { message: 'This field may not be blank.' })
    .refine((value) => value.length <= maxLength, { message: `At most ${maxLength} characters.` })
    .refine((value) => !CONTROL.test(value), { message: 'Control characters are not allowed.' })
    .meta({ maxLength });
}

/** Text of several lines, otherwise like `lineSchema`. */
export function textSchema(maxLength: number) {
  return z
    .string()
    .max(maxLength * 4, `At most ${maxLength} characters.`)
    .transform((value) => value.replace(/\r\n?/g, '\n').trim().normalize('NFC'))
    .refine((value) => !isBlank(value), { message: 'This field may not be blank.' })
    .refine((value) => value.length <= maxLength, { message: `At most ${maxLength} characters.` })
    .refine((value) => !CONTROL_IN_LINES.test(value), { message: 'Control characters are not allowed.' })
    .meta({ maxLength });
}

/** An http or https address; other schemes could run code where a page links to it. */
export const webAddressSchema = z
  .url({ protocol: /^https?$/, message: 'Enter an address that starts with https:// or http://.' })
  .max(2048, 'At most 2048 characters.')
  .refine((value) => !INVISIBLE.test(value) && !UNSAFE_IN_ADDRESS.test(value), {
    message: 'Write spaces, quotes and characters that cannot be seen as %-escapes.',
  });

/** A UUID of any version, in lower case. */
export const idSchema = z.guid('Enter a UUID.').transform((value) => value.toLowerCase());

/** A category's id: `1…2147483647`. */
export const categoryIdSchema = z
  .int('Enter a whole number.')
  .min(1, 'Enter a number from 1 to 2147483647.')
  .max(2_147_483_647, 'Enter a number from 1 to 2147483647.');

/** A moment as an ISO 8601 string with its offset; comes out in UTC with milliseconds. */
export const momentSchema = z.iso
  .datetime({ offset: true, message: 'Enter a moment such as 2030-01-31T12:00:00Z.' })
  .transform((value) => new Date(value))
  .refine((value) => !Number.isNaN(value.getTime()), { message: 'Enter a moment that exists.' })
  .transform((value) => value.toISOString());

/** The fewest code points that a new password has, and the most that any has, in NFC. */
export const PASSWORD_LENGTH = { min: 8, max: 256 } as const;

// 256 code points take at most 1 KiB of UTF-8, and at most 1536 code units however they were typed.
function isPasswordTooLong(password: string): boolean {
  return password.length > 1536 || countCodePoints(password) > PASSWORD_LENGTH.max;
}

function countCodePoints(password: string): number {
  return [...password.normalize('NFC')].length;
}

const PASSWORD_TOO_LONG = `A password has at most ${PASSWORD_LENGTH.max} characters.`;
const PASSWORD_TOO_SHORT = `A password has at least ${PASSWORD_LENGTH.min} characters.`;

/** What is wrong with a new password's length, counted in the form in which it is hashed; nothing if it is right. */
export function passwordLengthProblem(password: string): string | undefined {
  if (isPasswordTooLong(password)) return PASSWORD_TOO_LONG;
  return countCodePoints(password) < PASSWORD_LENGTH.min ? PASSWORD_TOO_SHORT : undefined;
}

/** A password as presented: accounts of older systems have short ones. */
export const passwordSchema = z
  .string()
  .min(1, 'This field may not be blank.')
  .refine((value) => !isPasswordTooLong(value), { message: PASSWORD_TOO_LONG })
  .meta({ format: 'password', maxLength: PASSWORD_LENGTH.max });

/** A new password. What it must fulfil besides its length is the policy's matter. */
export const newPasswordSchema = z
  .string()
  .superRefine((value, context) => {
    // One check for both: what aborts a field would keep zod from checking the whole object.
    const problem = value === '' ? 'This field may not be blank.' : passwordLengthProblem(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ format: 'password', minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max });
