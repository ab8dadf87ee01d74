// What `npm test` calls, on the pinned Node and after installing: every check there is, one after another.
// A check that fails does not keep the others from running.
import { turbo } from './lib/pnpm.mjs';
import { runVisibly } from './lib/processes.mjs';

const node = (...args) => ({ file: process.execPath, args, env: process.env });
const turboRun = (...args) => turbo(process.execPath, 'run', '--env-mode=loose', ...args);

const CHECKS = {
  lint: node('node_modules/@biomejs/biome/bin/biome', 'ci', '.'),
  build: turboRun('build', '--output-logs=new-only'),
  types: turboRun('typecheck', '--continue', '--output-logs=new-only'),
  // One package at a time: each starts real databases.
  tests: turboRun('test', '--continue', '--concurrency=1'),
  // The packed SDK in empty projects: it starts one server, and runtimes that it installs.
  sdk: node(
    'packages/sdk/node_modules/vitest/vitest.mjs',
    'run',
    '--config=packages/sdk/outside/vitest.config.ts',
  ),
  packaging: node('scripts/check-packaging.mjs'),
};

const results = [];
for (const [name, command] of Object.entries(CHECKS)) {
  console.log(`\n── ${name}`);
  const start = Date.now();
  const ok = await runVisibly(command);
  results.push({ ok, line: `${ok ? '✓' : '✗'} ${name} (${((Date.now() - start) / 1_000).toFixed(1)} s)` });
}

const failed = results.filter(({ ok }) => !ok).length;
console.log(`\n── all checks\n${results.map(({ line }) => line).join('\n')}`);
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
