import type { Language } from '@truconn/contract';
import type { MailContent } from '../domain/mail/mail-content.ts';
import { nameToShow } from '../shown-name.ts';
import { en } from './templates/en.ts';
import { gu } from './templates/gu.ts';
import { hi } from './templates/hi.ts';
import type { LanguageWords, MailWords, Paragraph } from './templates/mail-words.ts';

/** What a mail says, twice: `text` and `html` have the same words. */
export interface RenderedMail {
  /** One line. */
  subject: string;
  text: string;
  html: string;
}

const LANGUAGES: Record<Language, LanguageWords> = { en, hi, gu };
const LINE_LENGTH = 72;

/** Puts a mail into the words of its reader's language. */
export function renderMail(
  { language, content }: { language: Language; content: MailContent },
  publicUrl: string,
): RenderedMail {
  const words = LANGUAGES[language];
  const { subject, paragraphs } = findWords(words, content);
  const greeting = words.greet('name' in content ? nameToShow(content.name) : null);
  const closing = words.close(publicUrl);
  return {
    subject: toOneLine(subject),
    text: `${[greeting, ...paragraphs].map(toText).join('\n\n')}\n\n-- \n${wrap(toOneLine(closing))}\n`,
    html: toPage(language, subject, [greeting, ...paragraphs], closing),
  };
}

function findWords({ templates }: LanguageWords, content: MailContent): MailWords {
  // The compiler cannot see that a content's template picks the words for that content.
  const write = templates[content.template] as (content: MailContent) => MailWords;
  return write('inviter' in content ? { ...content, inviter: nameToShow(content.inviter) } : content);
}

// Nothing that a person typed can begin a line of its own, in a header or in the text.
function toOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function toText(paragraph: Paragraph): string {
  return typeof paragraph === 'string' ? wrap(toOneLine(paragraph)) : paragraph.link;
}

function wrap(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > LINE_LENGTH) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].join('\n');
}

function toPage(language: Language, subject: string, paragraphs: Paragraph[], closing: string): string {
  return `<!DOCTYPE html>
<html lang="${language}" dir="ltr">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 1.5em">
${paragraphs.map((paragraph) => `<p>${toHtml(paragraph)}</p>`).join('\n')}
<p style="color: #555; font-size: 14px">${escapeHtml(toOneLine(closing))}</p>
</body>
</html>
`;
}

function toHtml(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return escapeHtml(toOneLine(paragraph));
  const link = escapeHtml(paragraph.link);
  return `<a href="${link}">${link}</a>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
