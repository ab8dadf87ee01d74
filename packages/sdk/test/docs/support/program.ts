import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));
export const REPOSITORY = path.join(PACKAGE, '../..');

/** The entries of the package by their names, as sources. */
export const ENTRIES = {
  '@truconn/sdk': path.join(PACKAGE, 'src/index.ts'),
  '@truconn/sdk/verify': path.join(PACKAGE, 'src/verify.ts'),
  '@truconn/sdk/react': path.join(PACKAGE, 'src/react/index.ts'),
} as const;

const CONTRACT = path.join(PACKAGE, '../contract/src');

/**
 * A program of the package's sources and of files that are nowhere on the disk: examples import the package by its
 * name and see it as its users do.
 * @param written the text of each such file, by its name in the package's folder
 * @param before a program whose files need not be read again
 */
export function createDocsProgram(
  written: ReadonlyMap<string, string> = new Map(),
  before?: ts.Program,
): ts.Program {
  const options = readOptions();
  const texts = new Map([...written].map(([name, text]) => [path.join(PACKAGE, name), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = texts.get(name);
    if (text === undefined) return getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, text, languageVersion, true);
  };
  return ts.createProgram([...Object.values(ENTRIES), ...texts.keys()], options, host, before);
}

function readOptions(): ts.CompilerOptions {
  const file = path.join(PACKAGE, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, PACKAGE);
  const paths = Object.fromEntries(Object.entries(ENTRIES).map(([name, source]) => [name, [source]]));
  return {
    ...options,
    paths: {
      ...paths,
      '@truconn/contract': [path.join(CONTRACT, 'index.ts')],
      '@truconn/contract/ledger-chain': [path.join(CONTRACT, 'ledger-chain.ts')],
      '@truconn/contract/receipt-verification': [path.join(CONTRACT, 'receipt-verification.ts')],
    },
  };
}
