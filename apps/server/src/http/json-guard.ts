import { isUtf8 } from 'node:buffer';
import { DomainError, invalidField } from '../domain/domain-error.ts';
import { ROOT_FIELD } from '../errors/root-field.ts';
import { findDuplicateKey, outlineJson } from './json-outline.ts';

/** Levels of nesting, items of one array, and keys of the whole text that are accepted. */
export const JSON_LIMITS = { depth: 32, arrayItems: 1_000, keys: 10_000 } as const;

// These reach an object's prototype when a merge or an assignment copies them.
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

interface Problem {
  sentence: string;
  /** Keys and indexes from the problem outwards: the reverse of the path. */
  reversedPath: (string | number)[];
}

/**
 * What `JSON.parse` returns, for text that cannot mislead what reads it later: no key twice in
 * one object, no `__proto__`, `constructor` or `prototype`, no NUL, no lone surrogate, no number
 * that turns into Infinity, nothing past `JSON_LIMITS`. Takes time in proportion to the text's
 * length, and its stack does not grow with the text's nesting.
 * @throws DomainError `INVALID_INPUT`; `fields` names the place (`a.b[3]`) and never the content
 * @example parseGuardedJson('{"a":1}') // { a: 1 }
 */
export function parseGuardedJson(text: string): unknown {
  const outline = outlineJson(text);
  if (outline.depth > JSON_LIMITS.depth) {
    throw invalidField(ROOT_FIELD, `The JSON is nested deeper than ${JSON_LIMITS.depth} levels.`);
  }
  if (outline.keys > JSON_LIMITS.keys) {
    throw invalidField(ROOT_FIELD, `The JSON holds more than ${JSON_LIMITS.keys} keys.`);
  }
  const value = parse(text);
  const counter = { keys: 0 };
  const problem = inspect(value, counter);
  if (problem !== undefined) throw invalidField(pathName(problem.reversedPath.reverse()), problem.sentence);
  // JSON.parse keeps the last of equal keys, so fewer keys than colons means that one came twice.
  if (counter.keys !== outline.keys) throw duplicateKey(text);
  return value;
}

/**
 * The text of a body; bytes that are not UTF-8 are refused rather than replaced.
 * @throws DomainError `INVALID_INPUT`
 */
export function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw invalidField(ROOT_FIELD, 'The body is not valid UTF-8.');
  return body.toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the text, which may be a password; its position does not.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const place = position === undefined ? '' : ` (position ${position})`;
    const mark = text.startsWith('\uFEFF') ? '; it starts with a byte order mark' : '';
    throw invalidField(ROOT_FIELD, `The text is not valid JSON${place}${mark}.`);
  }
}

// Recursion is safe here: the outline has bounded the depth.
function inspect(value: unknown, counter: { keys: number }): Problem | undefined {
  if (typeof value === 'string') return inspectText(value, 'The text');
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : problem('The number is too large.');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? inspectArray(value, counter) : inspectObject(value, counter);
}

function inspectArray(items: unknown[], counter: { keys: number }): Problem | undefined {
  if (items.length > JSON_LIMITS.arrayItems) {
    return problem(`The array holds more than ${JSON_LIMITS.arrayItems} items.`);
  }
  for (let index = 0; index < items.length; index++) {
    const found = inspect(items[index], counter);
    if (found !== undefined) return within(found, index);
  }
  return undefined;
}

function inspectObject(object: object, counter: { keys: number }): Problem | undefined {
  for (const [key, value] of Object.entries(object)) {
    counter.keys++;
    if (FORBIDDEN_KEYS.has(key)) return problem(`The key "${key}" is not accepted.`);
    const found = inspectText(key, 'A key');
    if (found !== undefined) return found;
    const inside = inspect(value, counter);
    if (inside !== undefined) return within(inside, key);
  }
  return undefined;
}

function inspectText(text: string, subject: string): Problem | undefined {
  if (text.includes('\0')) return problem(`${subject} holds a NUL character.`);
  if (!text.isWellFormed()) return problem(`${subject} holds half of a surrogate pair.`);
  return undefined;
}

function problem(sentence: string): Problem {
  return { sentence, reversedPath: [] };
}

function within(inner: Problem, step: string | number): Problem {
  inner.reversedPath.push(step);
  return inner;
}

function duplicateKey(text: string): DomainError {
  const path = findDuplicateKey(text);
  if (path === undefined) return new DomainError('INVALID_INPUT');
  return invalidField(pathName(path), 'This key comes more than once.');
}

function pathName(path: readonly (string | number)[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shown(step)}`)).join('');
  return name.replace(/^\./, '') || ROOT_FIELD;
}

// Keys are the client's: they are given back short and well formed.
function shown(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60).toWellFormed()}…` : key;
}
