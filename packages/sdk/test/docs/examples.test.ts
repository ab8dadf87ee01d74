import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { listExamples } from './support/documented.ts';
import { listPages, type Snippet, snippetsOf } from './support/pages.ts';
import { createDocsProgram, REPOSITORY } from './support/program.ts';

/** What examples that make no client of their own may use. */
const PRELUDE = `
import type { TruConn } from '@truconn/sdk';
declare global { const truconn: TruConn; }
`;

const WRONG = { place: 'wrong on purpose', code: "await truconn.consent.grant({ category: 'contact' });" };

test('every example of the docstrings, the guides and the READMEs compiles', () => {
  const bare = createDocsProgram();
  const ofDocstrings = listExamples(bare).map(({ place, code }) => ({
    place: path.relative(REPOSITORY, place),
    code,
  }));
  const ofPages = listPages().flatMap(snippetsOf);
  expect(ofDocstrings.length).toBeGreaterThan(50);
  expect(ofPages.length).toBeGreaterThan(10);
  // The wrong one shows that the others were looked at.
  expect(compile([...ofDocstrings, ...ofPages, WRONG], bare)).toEqual([
    expect.stringMatching(/^wrong on purpose: .*'category'/),
  ]);
}, 60_000);

/** Compiles all examples in one program. @returns what the compiler has to say about each */
function compile(examples: Snippet[], bare: ts.Program): string[] {
  const files = new Map([['examples/prelude.d.ts', PRELUDE]]);
  const places = examples.map(({ place, code }, number) => {
    const name = `examples/${number}.tsx`;
    // A module also where it imports nothing: so it can await.
    files.set(name, `${code}\nexport {};\n`);
    return { place, name };
  });
  const program = createDocsProgram(files, bare);
  return places.flatMap(({ place, name }) => {
    const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith(`/${name}`));
    if (file === undefined) throw new Error(`The compiler did not read ${name}.`);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}
