import path from 'node:path';
import { manifest } from './workspace.mjs';

/** The package manager that package.json names, such as "pnpm@12.21.0". */
const { packageManager } = manifest('.');

/** How to run pnpm. Nothing but npm has to be on the machine: npx fetches the pinned version. */
export function pnpm(...args) {
  return { file: 'npx', args: ['--yes', packageManager, ...args], env: environment() };
}

/** How to run turbo on the pinned Node, with pnpm in the PATH: turbo calls it for each task. */
export function turbo(node, ...args) {
  const npx = ['--yes', '--prefer-offline', '--package', packageManager, '--'];
  const env = environment({
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  });
  return { file: 'npx', args: [...npx, 'node', 'node_modules/turbo/bin/turbo', ...args], env };
}

// NODE_ENV=production would leave out what building needs; CI keeps pnpm from asking questions.
function environment(extra) {
  const { NODE_ENV: _, ...env } = process.env;
  return { ...env, CI: 'true', ...extra };
}
