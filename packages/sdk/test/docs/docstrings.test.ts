import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listCodes, listExports, listProcedures } from './support/documented.ts';
import { createDocsProgram, REPOSITORY } from './support/program.ts';

const program = createDocsProgram();

describe('the package says what it is', () => {
  const names = listExports(program);
  const procedures = listProcedures(program);

  test('every export has a docstring', () => {
    expect(names.map(({ name }) => name)).toContain('@truconn/sdk: createTruConn');
    expect(names.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
  });

  test('every export that is a value shows how it is used', () => {
    const bare = names.filter(({ isUsed, examples }) => isUsed && examples.length === 0);
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test('every procedure has a docstring and an example that calls it', () => {
    expect(procedures.map(({ name }) => name)).toContain('orgAccess.members.invite');
    const bare = procedures.filter(
      ({ name, text, examples }) => text === '' || !examples.some((code) => code.includes(`truconn.${name}`)),
    );
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test('every code that a docstring says is thrown is one that there is', () => {
    const codes = new Set(listCodes(program, 'TruConnErrorCode'));
    const named = [...names, ...procedures].flatMap(({ name, throws }) =>
      throws.flatMap((text) =>
        [...text.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code = '']) => ({ name, code })),
      ),
    );
    expect(named.length).toBeGreaterThan(procedures.length);
    // A role, not a code.
    expect(named.filter(({ code }) => !codes.has(code) && code !== 'ORGANIZATION')).toEqual([]);
  });
});

test('docs/errors.md has a section for each code of the client, in their order, and for no other', () => {
  const page = readFileSync(path.join(REPOSITORY, 'docs/errors.md'), 'utf8');
  const [, client = ''] = page.split(/^# Errors of the client$/m);
  const [, ...sections] = client.split(/^## /m);
  const codes = listCodes(program, 'ClientErrorCode');
  expect(codes).toContain('NETWORK_ERROR');
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(codes);
  for (const section of sections) {
    expect(section).toMatch(/^\*\*When\.\*\* .+/m);
    expect(section).toMatch(/^\*\*What to do\.\*\* .+/m);
  }
});
