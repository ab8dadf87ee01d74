import type { Language } from '@truconn/contract';
import { TEXTS, type TextKey } from './texts.ts';

/** A text, fit to stand in HTML and in its attributes. */
export function textOf(key: TextKey, language: Language): string {
  return TEXTS[language].words[key]
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
}

/**
 * An element that holds a text and says which.
 * @param attributes written into the tag as they are
 * @example textElement('h2', 'signInTitle', 'en') // '<h2 data-text="signInTitle">Sign in</h2>'
 */
export function textElement(tag: string, key: TextKey, language: Language, attributes = ''): string {
  const space = attributes === '' ? '' : ' ';
  return `<${tag}${space}${attributes} data-text="${key}">${textOf(key, language)}</${tag}>`;
}
