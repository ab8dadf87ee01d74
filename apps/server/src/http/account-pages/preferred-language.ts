import { LANGUAGES, type Language } from '@truconn/contract';

/**
 * The language of ours that a browser likes best (RFC 9110 12.5.4); English if it likes none.
 * @param header the value of `Accept-Language`
 * @example preferredLanguage('fr, gu-IN;q=0.9, en;q=0.8') // 'gu'
 */
export function preferredLanguage(header = ''): Language {
  const wishes = header.split(',').map(readWish);
  const [best] = wishes.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return best?.language ?? 'en';
}

function readWish(wish: string): { language: Language | undefined; quality: number } {
  const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase());
  const language = LANGUAGES.find((known) => known === tag.split('-')[0]);
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  // A language that is not ours has no say, and neither has a weight that is no number.
  const quality = language === undefined ? 0 : Number(weight?.slice(2) ?? 1);
  return { language, quality };
}
