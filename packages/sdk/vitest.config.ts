import { defineConfig } from 'vitest/config';

export default defineConfig({
  // No call may hang: these are long only because the cores are shared.
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    // Most of them wait for a clock or a connection.
    maxWorkers: 4,
  },
});
