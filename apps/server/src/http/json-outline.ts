import { visit } from 'jsonc-parser';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** How deep a JSON text nests and how many keys it writes, duplicates counted each time. */
export interface JsonOutline {
  depth: number;
  keys: number;
}

/** One pass over the characters, without recursion; exact when the text is valid JSON. */
export function outlineJson(text: string): JsonOutline {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at + 1);
    else if (char === COLON) keys++;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
  }
  return { depth: deepest, keys };
}

// `indexOf` reads a picture of megabytes many times faster than a loop does.
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

// Backslashes escape each other in pairs; the string's own opening quote ends the run.
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/**
 * The path of the first key that its object already has, whatever escapes spell it.
 * @param text valid JSON of bounded depth: the visitor recurses with it
 */
export function findDuplicateKey(text: string): (string | number)[] | undefined {
  const open: Set<string>[] = [];
  let found: (string | number)[] | undefined;
  visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (key, _offset, _length, _line, _column, pathOfObject) => {
      const keys = open.at(-1);
      if (keys?.has(key)) found ??= [...pathOfObject(), key];
      keys?.add(key);
    },
  });
  return found;
}
