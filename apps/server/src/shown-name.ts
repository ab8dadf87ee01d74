/** Hardly a name is longer, and an advertisement wants room. */
const LONGEST = 80;

// `Dr.` and `No. 7` are names, `evil.example`, `उदाहरण.भारत` and `192.0.2.1` are addresses.
const ADDRESS = /[/\\:@]|[.。]\p{L}[\p{L}\p{M}]|\d[.。]\d/u;

const QUOTATION_MARKS = /["\u201C-\u201F\u00AB\u00BB\u2033\u2036\u301D-\u301F\uFF02]/g;

/**
 * A name for a mail to somebody who has not asked for it. Whoever typed the name may be a stranger to the
 * reader, so it must not carry an advertisement there, nor end the quotation that it stands in.
 * @returns nothing for a name with a web or mail address in it, or too long for a name
 */
export function nameToShow(name: string | null): string | null {
  const seen = asSeen(name ?? '');
  return seen.length > LONGEST || ADDRESS.test(seen) ? null : withoutQuotes(name ?? '') || null;
}

/** A text that mails quote: what comes after a mark of its own would read like words of ours. */
export function withoutQuotes(text: string): string {
  return text.replace(QUOTATION_MARKS, "'");
}

/**
 * A text as its reader, and the program that makes links of it, take it: characters of full width look like the plain
 * ones, and invisible ones would part what belongs together.
 */
export function asSeen(text: string): string {
  return text.normalize('NFKC').replace(/\p{Cf}/gu, '');
}
