import { copyFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

const ACCOUNT_PAGE_ASSETS = ['account-page.css', 'account-page.js'];

export default defineConfig({
  entry: ['src/main.ts', 'src/cli.ts'],
  format: ['esm'],
  target: 'node22',
  sourcemap: true,
  clean: true,
  // They are read from beside the module that serves them.
  onSuccess: async () => {
    for (const name of ACCOUNT_PAGE_ASSETS) await copyFile(`src/http/account-pages/${name}`, `dist/${name}`);
  },
});
