import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

/** The page that tells the sizes. */
export const README = path.resolve(import.meta.dirname, '../README.md');

/** What the main entry weighs in a page, in bytes. */
export interface Sizes {
  /** The package's own code, minified. */
  own: number;
  /** With what it imports, minified. */
  total: number;
  /** The same after gzip. */
  compressed: number;
}

/** Bundles everything that the main entry exports. */
export async function sizesOf(installed: string): Promise<Sizes> {
  const entryPoints = [path.join(installed, 'dist/index.js')];
  const own = await bundle({ entryPoints, packages: 'external' });
  const total = await bundle({ entryPoints, packages: 'bundle' });
  return { own: own.length, total: total.length, compressed: gzipSync(total).length };
}

/** The sizes that a page tells between `<!-- sizes -->` and `<!-- /sizes -->`: three numbers in kB, in this order. */
export function writtenSizes(page: string): Sizes | undefined {
  const [, section = ''] = page.match(/<!-- sizes -->([\s\S]*?)<!-- \/sizes -->/) ?? [];
  const [own, total, compressed] = [...section.matchAll(/([\d.]+) kB/g)].map(([, kB]) => Number(kB) * 1_000);
  if (own === undefined || total === undefined || compressed === undefined) return undefined;
  return { own, total, compressed };
}

/** Bundles and minifies for a page. */
export async function bundle(options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles = [] } = await build({
    ...options,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing.');
  return file.contents;
}
