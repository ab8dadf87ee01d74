import type { Language } from '@truconn/contract';

const LOCALES: Record<Language, string> = { en: 'en-GB', hi: 'hi-IN-u-nu-latn', gu: 'gu-IN-u-nu-latn' };

/**
 * A moment to the minute. In UTC, and saying so: nobody knows the reader's time zone.
 * @example sayMoment('en', new Date(0)) // '1 January 1970, 00:00 (UTC)'
 */
export function sayMoment(language: Language, moment: Date): string {
  const date = moment.toLocaleDateString(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' });
  return `${date}, ${moment.toISOString().slice(11, 16)} (UTC)`;
}
