// `npm run bench`: the built server against the bare stack, on one PostgreSQL, in alternating rounds.
import { runBenchmark } from './benchmark.mjs';
import { Cleanup } from './cleanup.mjs';
import { HELP, readOptions } from './options.mjs';

const STOPPED = 130;
const cleanup = new Cleanup();
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    // npm and the terminal both pass Ctrl-C on.
    if (stopping) return;
    stopping = true;
    console.error('\nStopping: ending the servers and removing what was made …');
    await cleanup.run();
    process.exit(STOPPED);
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else await runBenchmark(options, cleanup);
} catch (error) {
  // What a stop cuts off fails as well; that is not news.
  if (!stopping) {
    console.error(`The benchmark failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
if (!stopping) await cleanup.run();
