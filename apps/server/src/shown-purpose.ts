import { asSeen, withoutQuotes } from './shown-name.ts';

// `Treatment: first visit`, `and/or` and `Rs. 2.50` are words, `evil.example`, `//evil` and `192.0.2.1` are addresses.
const WEB_ADDRESS = /[/\\]{2}|@|[.。]\p{L}[\p{L}\p{M}]|\d(?:[.。]\d+){3}/u;

/** What a mail says of a purpose: its words, that they stand in the account, or nothing where there is none. */
export type ShownPurpose = { words: string } | 'in the account' | null;

/**
 * A purpose for the mail that tells of a request. A stranger typed it, and a mail of ours must not carry a link of
 * theirs: one with a web or mail address in it is read in the account only.
 */
export function purposeToShow(purpose: string | null): ShownPurpose {
  if (purpose === null) return null;
  if (WEB_ADDRESS.test(asSeen(purpose))) return 'in the account';
  return { words: withoutQuotes(purpose) };
}
