import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/ledger-chain.ts', 'src/receipt-verification.ts'],
  format: ['esm'],
  target: 'es2022',
  dts: true,
  clean: true,
});
