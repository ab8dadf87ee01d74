import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What building leaves behind, and what it does not read. */
const NOT_SOURCES = new Set(['node_modules', 'dist', '.turbo', 'test', 'outside', '.data']);

/** Reads a file of the project; empty when it is not there. */
export function read(file) {
  const absolute = path.join(root, file);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : '';
}

/** The package.json of a package. */
export function manifest(directory) {
  return JSON.parse(read(`${directory}/package.json`));
}

/** The directories of all packages, the root first, as `pnpm-workspace.yaml` lists them. */
export function packageDirectories() {
  const [, list = ''] = read('pnpm-workspace.yaml').match(/^packages:\n((?: +- .*\n)+)/m) ?? [];
  const patterns = [...list.matchAll(/- ["']?([^"'\n]+)/g)].map(([, pattern]) => pattern);
  return ['.', ...patterns.flatMap(expand)].filter((directory) => read(`${directory}/package.json`) !== '');
}

function expand(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(path.join(root, parent))) return [];
  return readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`);
}

/** A hash that changes when one of these files does, or when the project is moved to another kind of machine. */
export function fingerprint(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of files) hash.update(`${file}\n`).update(read(file)).update('\n');
  return hash.digest('hex');
}

/** What decides which packages are installed. */
export function lockedFiles() {
  const manifests = packageDirectories().map((directory) => `${directory}/package.json`);
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests];
}

/** Every file that building reads. */
export function sourceFiles() {
  const [, ...packages] = packageDirectories();
  return [
    'turbo.json',
    'tsconfig.base.json',
    ...packages.flatMap((directory) => filesBelow(directory, isSource)),
  ];
}

/** Every file that building wrote. */
export function builtFiles() {
  return packageDirectories().flatMap((directory) => filesBelow(`${directory}/dist`, () => true));
}

function isSource(name) {
  return !NOT_SOURCES.has(name);
}

function filesBelow(directory, isWanted) {
  if (!existsSync(path.join(root, directory))) return [];
  const entries = readdirSync(path.join(root, directory), { withFileTypes: true });
  return entries
    .filter(({ name }) => isWanted(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${directory}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(file, isWanted) : [file];
    });
}
