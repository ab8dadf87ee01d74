import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PACKAGE, REPOSITORY } from './program.ts';

/** TypeScript that shows something. */
export interface Snippet {
  /** The file and the line. */
  place: string;
  code: string;
}

const GUIDES = path.join(REPOSITORY, 'docs/sdk');

/** The pages that people write: the guides, the package's README, and the project's. */
export function listPages(): string[] {
  const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
  const readmes = [PACKAGE, REPOSITORY].map((folder) => path.join(folder, 'README.md'));
  return [...readmes, ...guides.map((name) => path.join(GUIDES, name))];
}

/** The TypeScript of a page. A fence that says `ts continued` goes on where the one before it ended. */
export function snippetsOf(page: string): Snippet[] {
  const snippets: Snippet[] = [];
  const text = readFileSync(page, 'utf8');
  for (const { 1: info = '', 2: code = '', index } of text.matchAll(/^```(tsx?\b.*)\n([\s\S]*?)^```$/gm)) {
    const last = snippets.at(-1);
    if (info.endsWith(' continued') && last !== undefined) last.code += code;
    else {
      const line = text.slice(0, index).split('\n').length;
      snippets.push({ place: `${path.relative(REPOSITORY, page)}:${line}`, code });
    }
  }
  return snippets;
}
