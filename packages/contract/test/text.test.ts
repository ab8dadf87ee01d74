import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  canonicalEmail,
  canonicalUsername,
  emailSchema,
  lineSchema,
  textSchema,
  usernameSchema,
} from '../src/text.ts';

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('one e-mail address has one spelling', () => {
  it.each([
    ['asha@example.com', 'in lower case'],
    ['ASHA@Example.COM', 'in capitals'],
    ['  asha@example.com\n', 'between spaces'],
    ['ａｓｈａ@example.com', 'in full-width letters'],
    ['asha＠example．com', 'with a full-width @ and dot'],
    ['ⓐsha@example.com', 'with a circled letter'],
    ['aſha@example.com', 'with a long s'],
    ['asha@exam\u{1D429}le.com', 'with a mathematical letter'],
  ])('%j (%s)', (spelling) => {
    expect(emailSchema.parse(spelling)).toBe('asha@example.com');
  });

  it('composed and decomposed letters are the same', () => {
    expect(canonicalEmail('jose\u0301@example.com')).toBe(canonicalEmail('jos\u00e9@example.com'));
  });

  it('the canonical spelling of the canonical spelling is itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(canonicalEmail(canonicalEmail(text))).toBe(canonicalEmail(text));
        expect(canonicalUsername(canonicalUsername(text))).toBe(canonicalUsername(text));
      }),
    );
  });

  it('what is accepted passes the database’s own check: no capital, no space', () => {
    fc.assert(
      fc.property(anyText, fc.emailAddress(), (text, address) => {
        for (const candidate of [`${text}@example.com`, address, address.toUpperCase()]) {
          const result = emailSchema.safeParse(candidate);
          if (result.success) expect(result.data).toMatch(/^[^A-Z\s]+@[^A-Z\s]+$/);
        }
      }),
    );
  });
});

describe('what is no e-mail address is refused', () => {
  it.each([
    ['', 'nothing'],
    ['asha', 'no @'],
    ['@example.com', 'nobody'],
    ['asha@', 'no domain'],
    ['asha@localhost', 'no top level'],
    ['asha@@example.com', 'two @'],
    ['asha@example.com@evil.test', 'two domains'],
    ['asha@example..com', 'two dots'],
    ['.asha@example.com', 'a dot first'],
    ['asha.@example.com', 'a dot last'],
    ['asha@-example.com', 'a hyphen first'],
    ['asha@example.com.', 'a dot at the end'],
    ['as ha@example.com', 'a space'],
    ['as\u200Bha@example.com', 'a zero-width space'],
    ['as\u00ADha@example.com', 'a soft hyphen'],
    ['asha\u0000@example.com', 'a NUL'],
    ['asha\uD800@example.com', 'half a surrogate pair'],
    ['asha@exam\u202Eple.com', 'a direction override'],
    ['asha@example.com\r\nBcc: eve@evil.test', 'a mail header'],
    ['Asha <asha@example.com>', 'a display name'],
    ['asha,eve@example.com', 'a comma'],
    [`${'a'.repeat(65)}@example.com`, 'a local part of 65'],
    [`asha@${'a'.repeat(64)}.com`, 'a label of 64'],
    [`asha@${'a.'.repeat(130)}com`, 'more than 254 characters'],
    [`${'ﷺ'.repeat(18)}@example.com`, 'what grows past 254 characters when it is folded'],
  ])('%j (%s)', (value) => {
    expect(accepts(emailSchema, value)).toBe(false);
  });

  it('in time that does not grow with how hard it tries', () => {
    const started = performance.now();
    for (const piece of ['a', 'a.', 'a-', '.', '@', 'a@', '-a']) accepts(emailSchema, piece.repeat(320));
    accepts(emailSchema, `a@${'a-'.repeat(120)}!`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('usernames', () => {
  it.each(['a', 'asha', 'Asha.Patel_9+x-', 'आशा', 'આશા', 'x\u0301', 'a'.repeat(150), 'asha@example.com'])(
    '%j is one',
    (value) => expect(accepts(usernameSchema, value)).toBe(true),
  );

  it.each([
    ['', 'nothing'],
    [' asha', 'a space'],
    ['as ha', 'a space inside'],
    ['asha\u200B', 'a zero-width space'],
    ['asha\u200D', 'a zero-width joiner'],
    ['asha\uFE0F', 'a variation selector'],
    ['\u3164', 'a Hangul filler'],
    ['asha\u0000', 'a NUL'],
    ['\uDFFF', 'half a surrogate pair'],
    ['\u0301asha', 'a mark with nothing under it'],
    ['asha/..', 'a slash'],
    ['<b>', 'markup'],
    ['🙂', 'an emoji'],
    ['asha@nowhere', 'an @ that is no e-mail address'],
    ['a'.repeat(151), '151 characters'],
    [42, 'a number'],
  ])('%j is none (%s)', (value, _why) => {
    expect(accepts(usernameSchema, value)).toBe(false);
  });

  it('come out folded, so that look-alikes of one form are one', () => {
    expect(usernameSchema.parse('ＡＳＨＡ')).toBe('ASHA');
    expect(canonicalUsername(usernameSchema.parse('ﬁne'))).toBe('fine');
  });

  it('what is accepted is accepted again and passes the database’s own check', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = usernameSchema.safeParse(text);
        if (!result.success) return;
        expect(usernameSchema.parse(result.data)).toBe(result.data);
        expect(canonicalUsername(result.data)).toMatch(/^[^A-Z\s]+$/);
      }),
    );
  });
});

describe('text that a person wrote', () => {
  it('is trimmed, composed and otherwise left alone', () => {
    expect(lineSchema(20).parse('  Jose\u0301 O’Brien ')).toBe('Jos\u00e9 O’Brien');
    expect(lineSchema(20).parse('क्\u200Dष')).toBe('क्\u200Dष');
    expect(textSchema(20).parse('one\n\ttwo')).toBe('one\n\ttwo');
  });

  it.each(['', '   ', '\u200B', '\u3164\u3164', '\u00AD', '\u2800', '\uFEFF'])(
    '%j is blank to its reader, and refused as blank',
    (value) => {
      for (const schema of [lineSchema(20), textSchema(20)]) {
        expect(schema.safeParse(value).error?.issues[0]?.message).toBe('This field may not be blank.');
      }
    },
  );

  it.each(['a\u0000b', 'a\u0007b', 'a\u001Bb', 'a\u202Eb', 'a\u2066b', 'a\u0085b'])(
    '%j holds a control character, and is refused',
    (value) => {
      expect(accepts(lineSchema(20), value)).toBe(false);
      expect(accepts(textSchema(20), value)).toBe(false);
    },
  );

  it.each(['a\nb', 'a\rb', 'a\u2028b', 'a\u2029b'])('%j is no single line', (value) => {
    expect(accepts(lineSchema(20), value)).toBe(false);
  });

  it('has a longest length, counted after composing', () => {
    expect(accepts(lineSchema(3), 'abc')).toBe(true);
    expect(accepts(lineSchema(3), 'e\u0301e\u0301e\u0301')).toBe(true);
    expect(accepts(lineSchema(3), 'abcd')).toBe(false);
    expect(accepts(textSchema(3), 'abcd')).toBe(false);
    expect(accepts(lineSchema(3), `abc${' '.repeat(100)}`)).toBe(false);
  });
});
