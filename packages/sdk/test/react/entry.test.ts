import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What becomes part of an entry, and what it leaves to be installed. */
async function contentsOf(entry: string) {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { files: Object.keys(metafile.inputs), packages: [...new Set(imports)].sort() };
}

test('the entry for React has nothing of the main one in it: a page would hold that twice', async () => {
  const { files, packages } = await contentsOf('src/react/index.ts');
  expect(files).toContain('src/react/provider.tsx');
  expect(files.filter((file) => !file.startsWith('src/react/'))).toEqual([]);
  expect(packages).toEqual([
    '@tanstack/react-query',
    '@trpc/client',
    '@trpc/server',
    '@trpc/tanstack-react-query',
    'react',
    'react/jsx-runtime',
  ]);
});

test('the main entry knows nothing of React', async () => {
  const { files, packages } = await contentsOf('src/index.ts');
  expect(files.filter((file) => file.startsWith('src/react/'))).toEqual([]);
  expect(packages.filter((name) => /react|tanstack/.test(name))).toEqual([]);
});
