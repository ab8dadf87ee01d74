// What `npm start` and `npm run …` call. It needs Node 20 and npm and nothing else: it installs what is
// locked, builds what has changed, and runs the command with the Node that the project pins.
import { ensureBuilt } from './lib/build.mjs';
import { complain } from './lib/complain.mjs';
import { findNode } from './lib/find-node.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { runInForeground } from './lib/processes.mjs';

const SERVER = 'apps/server/dist/main.js';
const CLI = 'apps/server/dist/cli.js';
const TYPEDOC = 'packages/sdk/node_modules/typedoc/bin/typedoc';
const BIOME = 'node_modules/@biomejs/biome/bin/biome';

/** Each command's program and its first arguments, and whether it needs the build. */
const COMMANDS = {
  start: { run: ['--enable-source-maps', SERVER], built: true },
  createsuperuser: { run: [CLI, 'createsuperuser'], built: true },
  'import-users': { run: [CLI, 'import-users'], built: true },
  migrate: { run: [CLI, 'migrate'], built: true },
  'rotate-receipt-key': { run: [CLI, 'rotate-receipt-key'], built: true },
  worker: { run: [CLI, 'worker'], built: true },
  'rotate-master-key': { run: [CLI, 'rotate-master-key'], built: true },
  'db:dump': { run: [CLI, 'db:dump'], built: true },
  doctor: { run: [CLI, 'doctor'], built: true },
  demo: { run: [CLI, 'demo'], built: true },
  bench: { run: ['bench/src/run.mjs'], built: true },
  'pack:sdk': { run: ['scripts/pack-sdk.mjs'], built: true },
  'release:sdk': { run: ['scripts/release-sdk.mjs'], built: true },
  test: { run: ['scripts/test.mjs'], built: false },
  lint: { run: [BIOME, 'ci', '.'], built: false },
  format: { run: [BIOME, 'check', '--write', '.'], built: false },
  docs: { run: [TYPEDOC, '--options', 'packages/sdk/typedoc.config.mjs'], built: false },
  build: { built: true },
};

async function main([name = '', ...args]) {
  const command = COMMANDS[name];
  if (!command)
    throw complain(`There is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}.`);
  await ensureInstalled();
  const node = findNode();
  if (command.built) await ensureBuilt(node);
  if (command.run) return runInForeground(node, [...command.run, ...args]);
  console.log('Everything is built.');
  return 0;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(error.sentence ?? error);
  process.exit(1);
}
