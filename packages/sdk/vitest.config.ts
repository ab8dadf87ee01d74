import { defineConfig } from 'vitest/config';

export default defineConfig({
  // No call may hang: this is long only because the cores are shared.
  test: { include: ['test/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
});
