import { LANGUAGES, type Language } from '@truconn/contract';
import { describe, expect, it } from 'vitest';
import { renderMail } from '../../src/mail/render.ts';
import { sayMoment } from '../../src/mail/templates/say-moment.ts';
import { MAIL_SAMPLES as CONTENTS, SAMPLE_LINK as link, PUBLIC_URL } from '../support/mail-samples.ts';

/** Names that carry something to a reader who has not asked for it. */
const ADVERTISEMENTS = [
  'Win at https://evil.example',
  'Visit evil.example now',
  'evil.\u200bexample',
  'ＥＶＩＬ．ＥＸＡＭＰＬＥ',
  'evil。example',
  'उदाहरण.भारत',
  'Call 192.0.2.1',
  'write to a@b',
  'write to a＠b',
  'x'.repeat(81),
];
const ALL = LANGUAGES.flatMap((language) =>
  Object.values(CONTENTS).map((content) => [language, content.template, content] as const),
);
/** Letters of the script that a language is written in. */
const SCRIPTS: Record<Language, RegExp> = {
  en: /\p{Script=Latin}/u,
  hi: /\p{Script=Devanagari}/u,
  gu: /\p{Script=Gujarati}/u,
};

const decode = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');
/** What a reader of the page sees. */
const visible = (html: string) => decode(html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]*>/g, ' '));

/** What is named by words is left out. */
function leavesOf(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [value];
  return Object.values(value).flatMap(leavesOf);
}

describe.each(ALL)('in %s, %s', (language, _template, content) => {
  const { subject, text, html } = renderMail({ language, content }, PUBLIC_URL);

  it('is written in its script, with a subject of one line', () => {
    expect(subject).toMatch(SCRIPTS[language]);
    expect(text).toMatch(SCRIPTS[language]);
    expect(subject).toMatch(/^[^\r\n]{5,78}$/);
    expect(html).toContain(`<html lang="${language}"`);
  });

  it('says the same in text and in HTML', () => {
    expect(wordsOf(visible(html))).toEqual(wordsOf(text.replace('\n-- \n', '\n')));
  });

  it('names every value, and who sends it', () => {
    const {
      hours = 0,
      template,
      membership,
      approved,
      action,
      ...values
    } = content as Record<string, unknown>;
    const inOneLine = text.replace(/\s+/g, ' ');
    for (const value of leavesOf(values)) {
      expect(inOneLine).toContain(value instanceof Date ? sayMoment(language, value) : String(value));
    }
    if (Number(hours) > 0) expect(inOneLine).toMatch(/(^|\D)(1|24|7)\D/);
    expect(inOneLine).toContain(PUBLIC_URL);
  });

  it('keeps what people typed from being HTML', () => {
    expect(html).not.toMatch(/<(b|i)>/);
    expect(html).not.toMatch(/<(img|script|link|style)/);
  });

  it('has short lines, and the link on a line of its own', () => {
    const lines = text.split('\n');
    if ('link' in content) {
      expect(lines).toContain(content.link);
      expect(html).toContain(`<a href="${content.link.replace('&', '&amp;')}">`);
    } else {
      expect(html).not.toContain('<a');
    }
    for (const line of lines.filter((one) => one !== link)) expect(line.length).toBeLessThanOrEqual(78);
  });
});

describe('a greeting', () => {
  const greet = (typed: string | null, language: Language = 'en') =>
    renderMail({ language, content: { template: 'password_changed', name: typed } }, PUBLIC_URL).text.split(
      '\n',
    )[0];

  it('names the person where there is a name', () => {
    expect(greet('Asha Patel')).toBe('Hello Asha Patel,');
    expect(greet('Dr. A. P. J. Abdul Kalam')).toBe('Hello Dr. A. P. J. Abdul Kalam,');
    expect(greet('No. 7 St. Mary 2')).toBe('Hello No. 7 St. Mary 2,');
    expect(greet('आशा', 'hi')).toBe('नमस्ते आशा,');
    expect(greet(null)).toBe('Hello,');
    expect(greet(null, 'gu')).toBe('નમસ્તે,');
  });

  it.each(ADVERTISEMENTS)('leaves out a name that is an advertisement (%s)', (typed) => {
    expect(greet(typed)).toBe('Hello,');
  });
});

describe('an invitation', () => {
  const invite = (part: object, language: Language = 'en') => {
    const content = { ...CONTENTS.accept_invitation, ...part };
    const { text, html } = renderMail({ language, content }, PUBLIC_URL);
    return `${text} ${visible(html)}`.replace(/\s+/g, ' ');
  };

  it.each(ADVERTISEMENTS)('leaves out the name of an inviter that is an advertisement (%s)', (inviter) => {
    for (const language of LANGUAGES) {
      expect(invite({ inviter }, language)).toBe(invite({ inviter: null }, language));
    }
  });

  it('to an organization that is not named says so in the reader’s language', () => {
    const organization = null;
    expect(invite({ organization })).toContain("Ravi O'Neil invites you to join an organization on TruConn");
    expect(invite({ organization, inviter: null })).toContain('You are invited to join an organization on');
    expect(invite({ organization }, 'hi')).toContain('TruConn पर एक संगठन में सदस्य के रूप में');
    expect(invite({ organization }, 'gu')).toContain('TruConn પર એક સંસ્થામાં સભ્ય તરીકે');
    for (const language of LANGUAGES) expect(invite({ organization }, language)).not.toContain('null');
  });
});

it('nothing that was typed begins a line of its own', () => {
  const content = CONTENTS.officer_application_decided;
  const reason = 'one\r\nBcc: x@example.com\n\n-- \u2028two';
  const { text } = renderMail({ language: 'en', content: { ...content, reason } }, PUBLIC_URL);
  expect(text).toContain('The reason given: one Bcc: x@example.com -- two\n');
});

it('every template says other words in every language, and approval other words than refusal', () => {
  const texts = ALL.map(([language, , content]) => renderMail({ language, content }, PUBLIC_URL).text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const language of LANGUAGES) {
    const content = { ...CONTENTS.officer_application_decided, reason: null };
    const say = (approved: boolean) =>
      renderMail({ language, content: { ...content, approved } }, PUBLIC_URL).text;
    expect(say(true)).not.toBe(say(false));
    const invitation = CONTENTS.accept_invitation;
    const invite = (part: object) =>
      renderMail({ language, content: { ...invitation, ...part } }, PUBLIC_URL).text;
    expect(new Set([invite({}), invite({ inviter: null }), invite({ membership: 'owner' })]).size).toBe(3);
  }
});
