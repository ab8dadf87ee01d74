import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig } from 'tsup';

const PAGE_ASSETS = [
  'account-pages/account-page.css',
  'account-pages/account-page.js',
  'docs-page/docs-page.js',
];

export default defineConfig({
  entry: ['src/main.ts', 'src/cli.ts'],
  format: ['esm'],
  target: 'node22',
  sourcemap: true,
  clean: true,
  // They are read from beside the module that serves them.
  onSuccess: async () => {
    for (const name of PAGE_ASSETS) await copyFile(`src/http/${name}`, `dist/${path.basename(name)}`);
  },
});
