import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../src/error-codes.ts';

const PAGE = new URL('../../../docs/errors.md', import.meta.url);

interface Section {
  code: string;
  status: number;
  sentence: string;
  body: string;
}

/**
 * The sections of `docs/errors.md`: `## CODE`, then the status and the sentence, then the text. The codes that only
 * clients have stand under a heading of their own; the SDK's tests compare them.
 */
function readSections(): Section[] {
  const [registry = ''] = readFileSync(PAGE, 'utf8').split(/^# Errors of the client$/m);
  const [, ...parts] = registry.split(/^## /m);
  return parts.map((part) => {
    const [code = '', line = '', ...rest] = part.split('\n').filter((text) => text !== '');
    const [, status, sentence = ''] = /^`(\d{3})` · (.+)$/.exec(line) ?? [];
    return { code, status: Number(status), sentence, body: rest.join('\n') };
  });
}

describe('docs/errors.md and the registry agree', () => {
  const sections = readSections();

  test('every code has one section, in the registry’s order, and no section is of another code', () => {
    expect(sections.map((section) => section.code)).toEqual(Object.keys(ERROR_CODES));
  });

  test('each section has the status and the sentence of its code', () => {
    const documented = sections.map(({ code, status, sentence }) => [code, { status, message: sentence }]);
    expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  });

  test('each section says when it happens and what to do', () => {
    for (const { code, body } of sections) {
      expect(body, code).toMatch(/^\*\*When\.\*\* .+/m);
      expect(body, code).toMatch(/^\*\*What to do\.\*\* .+/m);
    }
  });
});
