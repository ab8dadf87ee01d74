import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', verify: 'src/verify.ts', react: 'src/react/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  // The contract is private to the project: what is used of it becomes part of this package.
  noExternal: [/^@truconn\/contract/, 'canonicalize'],
  dts: { resolve: [/^@truconn\/contract/] },
  splitting: false,
  treeshake: true,
  clean: true,
});
