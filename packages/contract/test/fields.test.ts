import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { mobileSchema } from '../src/accounts.ts';
import { pageInputSchema } from '../src/paging.ts';
import {
  categoryIdSchema,
  idSchema,
  momentSchema,
  newPasswordSchema,
  passwordSchema,
  webAddressSchema,
} from '../src/text.ts';

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('a page of a list', () => {
  it.each([undefined, {}, { limit: 1 }, { limit: 100 }, { cursor: 'abc', limit: 50 }])('%j', (input) => {
    expect(accepts(pageInputSchema, input)).toBe(true);
  });

  it.each([
    null,
    [],
    'next',
    { limit: 0 },
    { limit: 101 },
    { limit: -1 },
    { limit: 1.5 },
    { limit: '10' },
    { limit: null },
    { cursor: 7 },
    { cursor: 'a'.repeat(201) },
    { offset: 3 },
  ])('%j is refused', (input) => {
    expect(accepts(pageInputSchema, input)).toBe(false);
  });
});

describe('a web address', () => {
  it.each([
    'https://example.com',
    'http://example.com:8080/a/b?c=d#e',
    'https://en.wikipedia.org/wiki/Zeno%27s_paradox_(Achilles)',
    'https://example.com/o’neill',
    'https://उदाहरण.भारत/आशा',
    'http://[::1]/',
  ])('%s', (value) => expect(webAddressSchema.parse(value)).toBe(value));

  it.each([
    ['javascript:alert(1)', 'runs code'],
    ['JAVASCRIPT:alert(1)', 'runs code in capitals'],
    ['java\nscript:alert(1)', 'runs code in browsers, which drop the line break'],
    ['data:text/html,<script>', 'carries a page'],
    ['ftp://example.com', 'is of another scheme'],
    ['//example.com', 'has no scheme'],
    ['example.com', 'has no scheme'],
    ['https://', 'has no host'],
    ['https://example.com/"onmouseover="alert(1)', 'leaves a page’s attribute'],
    ['https://example.com/<script>', 'holds markup'],
    ['https://example.com/\u202Egnp.exe', 'is shown in another direction than it is'],
    ['https://exam\u200Bple.com', 'holds what cannot be seen'],
    ['https://example.com/a b', 'holds a space'],
    ['https://example.com/\u0000', 'holds a NUL'],
    [`https://example.com/${'a'.repeat(2048)}`, 'is too long'],
    [42, 'is a number'],
  ])('%j is refused: it %s', (value, _why) => expect(accepts(webAddressSchema, value)).toBe(false));
});

describe('ids', () => {
  it('a UUID comes out in lower case', () => {
    expect(idSchema.parse('0190F5B2-1111-7000-8000-ABCDEFABCDEF')).toBe(
      '0190f5b2-1111-7000-8000-abcdefabcdef',
    );
  });

  it.each([
    '',
    '1',
    7,
    null,
    {},
    '0190f5b2-1111-7000-8000-abcdefabcde',
    '0190f5b2-1111-7000-8000-abcdefabcdef0',
    '0190f5b211117000800abcdefabcdef0',
    "0190f5b2-1111-7000-8000-abcdefabcdef' or 1=1",
    '0190f5b2-1111-7000-8000-abcdefabcdeg',
    '{0190f5b2-1111-7000-8000-abcdefabcdef}',
    '0190f5b2-1111-7000-8000-abcdefabcdef\n',
  ])('%j is no UUID', (value) => expect(accepts(idSchema, value)).toBe(false));

  it('a category’s is a whole number from 1 to 2147483647', () => {
    for (const value of [1, 7, 2_147_483_647]) expect(accepts(categoryIdSchema, value)).toBe(true);
    for (const value of [0, -1, 1.5, 2_147_483_648, '1', null, Number.NaN, true, [1]]) {
      expect(accepts(categoryIdSchema, value)).toBe(false);
    }
  });
});

describe('a moment', () => {
  it('comes out in UTC with milliseconds', () => {
    expect(momentSchema.parse('2030-01-31T12:00:00+05:30')).toBe('2030-01-31T06:30:00.000Z');
    expect(momentSchema.parse('2030-01-31T12:00:00Z')).toBe('2030-01-31T12:00:00.000Z');
  });

  it.each(['', '2030-01-31', '2030-02-30T12:00:00Z', '2030-01-31T12:00:00', 'tomorrow', 1_900_000_000, null])(
    '%j is none',
    (value) => expect(accepts(momentSchema, value)).toBe(false),
  );
});

describe('a password as presented', () => {
  it.each([
    ['spaces and emoji', ' \t🙂 '],
    ['256 letters', 'a'.repeat(256)],
    ['256 emoji, which are 1 KiB', '🙂'.repeat(256)],
    ['256 letters typed as four characters each', 'ᾂ'.repeat(256).normalize('NFD')],
  ])('may be %s, and comes out as it was', (_name, value) => {
    expect(passwordSchema.parse(value)).toBe(value);
  });

  it.each([
    ['257 letters', 'a'.repeat(257)],
    ['257 emoji', '🙂'.repeat(257)],
    ['257 letters with their marks', 'e\u0301'.repeat(257)],
    ['86 letters that are three in NFC', '\u{1D160}'.repeat(86)],
    ['a mebibyte', 'a'.repeat(1_048_576)],
  ])('may not be %s, and the refusal is one sentence', (_name, value) => {
    const sentences = passwordSchema.safeParse(value).error?.issues.map(({ message }) => message);
    expect(sentences).toEqual(['A password has at most 256 characters.']);
  });

  it.each(['', 12345678, null, ['abcdefgh']])('%j is none', (value) =>
    expect(accepts(passwordSchema, value)).toBe(false),
  );
});

describe('a new password', () => {
  it.each([
    ['8 letters', 'qjxvwzkp'],
    ['8 emoji', '🍋🎺🪐🐙🧵🛶🥁🗝'],
    ['8 spaces', ' '.repeat(8)],
    ['256 emoji', '🙂'.repeat(256)],
  ])('may be %s, and comes out as it was', (_name, value) => {
    expect(newPasswordSchema.parse(value)).toBe(value);
  });

  const BLANK = 'This field may not be blank.';
  const SHORT = 'A password has at least 8 characters.';
  const LONG = 'A password has at most 256 characters.';
  it.each([
    ['nothing', '', BLANK],
    ['7 letters', 'qjxvwzk', SHORT],
    ['7 emoji, which are 14 code units', '🍋🎺🪐🐙🧵🛶🥁', SHORT],
    ['4 letters with 4 marks, which are 4 in NFC', 'e\u0301a\u0301o\u0301u\u0301', SHORT],
    ['257 emoji', '🙂'.repeat(257), LONG],
  ])('may not be %s, and the refusal is one sentence', (_name, value, sentence) => {
    const sentences = newPasswordSchema.safeParse(value).error?.issues.map(({ message }) => message);
    expect(sentences).toEqual([sentence]);
  });

  it('of an account that is older than the rule may be presented still', () => {
    expect(accepts(passwordSchema, 'qjx')).toBe(true);
  });
});

describe('a phone number', () => {
  it.each(['+91 98765 43210', '108', '(020) 1234-5678', '  +919876543210 '])('%j', (value) =>
    expect(mobileSchema.parse(value)).toBe(value.trim()),
  );
  it.each(['', '+', 'abc', '12', '+91x98765', '1'.repeat(33), '１２３４５', '98765\n43210', 9876543210])(
    '%j is none',
    (value) => expect(accepts(mobileSchema, value)).toBe(false),
  );
});
