import { LANGUAGES, type Language } from '@truconn/contract';
import { describe, expect, it } from 'vitest';
import { DECIDED_ACTIONS, type MailContent } from '../../src/domain/mail/mail-content.ts';
import { renderMail } from '../../src/mail/render.ts';
import { nameToShow } from '../../src/shown-name.ts';
import { purposeToShow } from '../../src/shown-purpose.ts';
import { MAIL_SAMPLES, PUBLIC_URL } from '../support/mail-samples.ts';

type Template = 'access_requested' | 'access_decided' | 'access_allowed' | 'ends_soon';
const { access_requested: asked, access_decided: decided, access_allowed: allowed, ends_soon } = MAIL_SAMPLES;

/** The text of a mail in one line, with other values than the sample's. */
function say<Kind extends Template>(
  sample: Extract<MailContent, { template: Kind }>,
  part: Partial<Extract<MailContent, { template: Kind }>> = {},
  language: Language = 'en',
): string {
  return renderMail({ language, content: { ...sample, ...part } }, PUBLIC_URL).text.replace(/\s+/g, ' ');
}

describe('a purpose in a mail', () => {
  it.each([
    'Treatment after your visit of 3 March',
    'Treatment: first visit and/or follow-up, Rs. 2.50, at 10.30',
    'इलाज के लिए। कृपया अनुमति दें।',
    "You said: 'yes' <b>now</b>",
    'One line\nand another',
  ])('is said as it was typed (%s)', (purpose) => {
    expect(purposeToShow(purpose)).toEqual({ words: purpose });
  });

  it.each([
    'See https://evil.example',
    'See evil.example now',
    'See bit.ly/x',
    'evil.\u200bexample',
    'ＥＶＩＬ．ＥＸＡＭＰＬＥ',
    'evil。example',
    'उदाहरण.भारत',
    'Open //evil/x',
    'Open \\\\evil\\x',
    'Go to 192.0.2.1',
    'Go to 192。0。2。1',
    'write to a@b',
    'write to a＠b',
    'One line\nevil.example',
  ])('stays in the account where it has an address in it (%s)', (purpose) => {
    expect(purposeToShow(purpose)).toBe('in the account');
  });

  it.each(['"', '“', '”', '„', '«', '»', '″', '＂'])('cannot end its quotation with %s', (mark) => {
    const typed = `Care.${mark} Your account is closed. ${mark}`;
    expect(purposeToShow(typed)).toEqual({ words: "Care.' Your account is closed. '" });
  });

  it('is said, is said to stand in the account, or is not spoken of', () => {
    for (const language of LANGUAGES) {
      const words = 'Treatment after your visit';
      const said = say(asked, { purpose: { words } }, language);
      const kept = say(asked, { purpose: 'in the account' }, language);
      const none = say(asked, { purpose: null }, language);
      expect(said).toContain(`"${words}"`);
      expect(kept).not.toContain('"in the account"');
      expect(new Set([said, kept, none]).size).toBe(3);
      expect(none.length).toBeLessThan(kept.length);
    }
    expect(say(asked, { purpose: 'in the account' })).toContain('beside the request in your account');
  });

  it('cannot begin a line, be HTML, or be in the subject', () => {
    const words = 'x"\r\nBcc: x@example.com\n\n-- \n</p><a href="x">';
    const content = { ...asked, purpose: { words } };
    const { subject, text, html } = renderMail({ language: 'en', content }, PUBLIC_URL);
    expect(text.split('\n').filter((line) => /^(Bcc|--|<)/.test(line))).toEqual(['-- ']);
    expect(text.replace(/\s+/g, ' ')).toContain('words: "x" Bcc: x@example.com -- </p><a href="x">"');
    expect(html).not.toContain('<a');
    expect(subject).toBe('An organization asks to see your data');
  });
});

describe('the terms of an access', () => {
  const end = new Date('2027-03-03T12:34:56Z');

  it('are its end and its reads, in words', () => {
    const terms = (expiresAt: Date | null, maxReads: number | null) => say(asked, { expiresAt, maxReads });
    expect(terms(null, null)).toContain('it can see this until you end it.');
    expect(terms(end, null)).toContain('it can see this until 3 March 2027, 12:34 (UTC).');
    expect(terms(null, 1)).toContain('it can see this until you end it, once.');
    expect(terms(end, 10)).toContain('it can see this until 3 March 2027, 12:34 (UTC), at most 10 times.');
  });

  it('differ in every language', () => {
    for (const language of LANGUAGES) {
      const texts = [null, end].flatMap((expiresAt) =>
        [null, 1, 10].flatMap((maxReads) => [
          say(asked, { expiresAt, maxReads }, language),
          say(decided, { expiresAt, maxReads }, language),
          say(allowed, { expiresAt, maxReads }, language),
        ]),
      );
      expect(new Set(texts).size).toBe(18);
    }
  });
});

describe('every decision', () => {
  it('is told in words of its own, with its moment', () => {
    for (const language of LANGUAGES) {
      const texts = DECIDED_ACTIONS.map((action) => say(decided, { action }, language));
      expect(new Set(texts).size).toBe(DECIDED_ACTIONS.length);
      for (const text of texts) expect(text).toMatch(/1 \S+ 2026, 08:09 \(UTC\)/);
    }
    expect(say(decided, { action: 'ACCESS_DENIED' })).toContain(
      `Meera O'Neil refused your request for data of the category "${decided.category}" on 1 December 2026, 08:09 (UTC).`,
    );
  });
});

describe('what has no name that can be shown', () => {
  it.each(['"', '“', '„', '«', '＂'])('gives names that cannot end their quotation with %s', (mark) => {
    const typed = `Acme${mark} was checked by TruConn. ${mark}`;
    expect(nameToShow(typed)).toBe("Acme' was checked by TruConn. '");
  });

  it('is spoken of without one, and nothing that is missing shows', () => {
    for (const language of LANGUAGES) {
      const category = 'Health';
      const texts = [
        say(
          asked,
          { organization: null, category, expiresAt: null, maxReads: null, purpose: null },
          language,
        ),
        say(decided, { person: null, category, expiresAt: null, maxReads: null }, language),
        say(allowed, { organization: null, category, expiresAt: null, maxReads: null }, language),
        say(ends_soon, { accesses: [{ organization: null, category, endsAt: new Date(0) }] }, language),
      ];
      for (const text of texts) expect(text).not.toMatch(/null|undefined|""|object/);
    }
    expect(say(asked, { organization: nameToShow('Win at evil.example') })).toContain(
      'An organization asks to see your data',
    );
  });
});

it('an organization that nobody has verified is said to be so', () => {
  for (const language of LANGUAGES) {
    expect(say(asked, { verified: false }, language)).not.toBe(say(asked, { verified: true }, language));
  }
  expect(say(asked, { verified: false })).toContain('Nobody has checked yet who this organization is.');
});

it('a request’s mail keeps to what the notices say: who asks sees the name, and the rest after approval', () => {
  const words = {
    en: 'Unless you approve, it sees no more than your name.',
    hi: 'उसे आपके नाम के सिवा कुछ नहीं दिखता।',
    gu: 'તેને તમારા નામ સિવાય કંઈ દેખાતું નથી.',
  };
  for (const language of LANGUAGES) expect(say(asked, {}, language)).toContain(words[language]);
});

it('what can be turned off says where, and what cannot does not', () => {
  const where = 'You can choose which of these mails you get';
  for (const text of [say(asked), say(decided), say(ends_soon)]) expect(text).toContain(where);
  expect(say(allowed)).not.toContain(where);
  expect(say(allowed)).toContain('If it was not you, somebody else uses your account');
});

it('English mails are plain ASCII, so that their files can be read', () => {
  const name = 'Asha Patel';
  for (const sample of [asked, decided, allowed, ends_soon]) {
    const { text } = renderMail({ language: 'en', content: { ...sample, name } }, PUBLIC_URL);
    expect(text).toMatch(/^[\n -~]*$/);
  }
});
