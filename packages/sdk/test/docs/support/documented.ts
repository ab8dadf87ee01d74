import ts from 'typescript';
import type { Snippet } from './pages.ts';
import { ENTRIES } from './program.ts';

const MAIN = ENTRIES['@truconn/sdk'];

/** Something that users of the package can name. */
export interface Documented {
  /** Such as `@truconn/sdk: createTruConn` or `consent.grant`. */
  name: string;
  text: string;
  examples: string[];
  /** What its `@throws` say. */
  throws: string[];
  /** Whether it can be called or is a value, and so has to show how. */
  isUsed: boolean;
}

/** Every export of every entry. */
export function listExports(program: ts.Program): Documented[] {
  const checker = program.getTypeChecker();
  return Object.entries(ENTRIES).flatMap(([entry, file]) =>
    exportsOf(program, file).map((symbol) =>
      describe(checker, symbol, `${entry}: ${symbol.name}`, (symbol.flags & ts.SymbolFlags.Value) !== 0),
    ),
  );
}

/** Every procedure that the client has, by its path. */
export function listProcedures(program: ts.Program): Documented[] {
  const checker = program.getTypeChecker();
  const api = exportsOf(program, MAIN).find(({ name }) => name === 'TruConnApi');
  if (api === undefined) throw new Error('The main entry exports no TruConnApi.');
  return proceduresOf(checker, checker.getDeclaredTypeOfSymbol(api), '');
}

/** The texts of an exported union, in their order: `TruConnErrorCode` and its like. */
export function listCodes(program: ts.Program, union: string): string[] {
  const checker = program.getTypeChecker();
  const symbol = exportsOf(program, MAIN).find(({ name }) => name === union);
  const type = symbol && checker.getDeclaredTypeOfSymbol(symbol);
  return type?.isUnion()
    ? type.types.flatMap((member) => (member.isStringLiteral() ? member.value : []))
    : [];
}

/** The `@example`s of everything that is declared in these files, each with the place it stands at. */
export function listExamples(program: ts.Program): Snippet[] {
  const checker = program.getTypeChecker();
  const declarations = Object.values(ENTRIES)
    .flatMap((file) => exportsOf(program, file))
    .flatMap((symbol) => symbol.declarations ?? []);
  const examples = new Map<string, Snippet>();
  const visit = (node: ts.Node) => {
    const symbol = checker.getSymbolAtLocation((node as ts.NamedDeclaration).name ?? node);
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== 'example') continue;
      const file = tag.getSourceFile();
      const line = file.getLineAndCharacterOfPosition(tag.pos).line + 1;
      const place = `${file.fileName}:${line} (${symbol?.name ?? 'example'})`;
      examples.set(place, { place, code: ts.getTextOfJSDocComment(tag.comment) ?? '' });
    }
    ts.forEachChild(node, visit);
  };
  declarations.forEach(visit);
  return [...examples.values()];
}

function exportsOf(program: ts.Program, file: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  // A module without exports has no symbol.
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

function proceduresOf(checker: ts.TypeChecker, type: ts.Type, prefix: string): Documented[] {
  return type.getProperties().flatMap((symbol) => {
    const member = checker.getTypeOfSymbol(symbol);
    const name = `${prefix}${symbol.name}`;
    return member.getCallSignatures().length > 0
      ? [describe(checker, symbol, name, true)]
      : proceduresOf(checker, member, `${name}.`);
  });
}

function describe(checker: ts.TypeChecker, symbol: ts.Symbol, name: string, isUsed: boolean): Documented {
  const tags = symbol.getJsDocTags(checker);
  const textsOf = (tag: string) =>
    tags.filter((one) => one.name === tag).map(({ text }) => ts.displayPartsToString(text).trim());
  return {
    name,
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
    examples: textsOf('example').filter((example) => example !== ''),
    throws: textsOf('throws'),
    isUsed,
  };
}
