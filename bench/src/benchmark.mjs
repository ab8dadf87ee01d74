import { forkModule, nextMessage } from './child.mjs';
import { inspectDatabase } from './database.mjs';
import { signUpPerson } from './person.mjs';
import { machineFacts, printRound, printTable, writeResults } from './report.mjs';
import { measureRounds } from './rounds.mjs';
import { startServer } from './server.mjs';
import { summarize } from './summary.mjs';

// The size of the server's own pool (apps/server/src/database/connection.ts).
const POOL_SIZE = '20';

/**
 * @param {ReturnType<typeof import('./options.mjs').readOptions>} options
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 */
export async function runBenchmark({ seconds, rounds, scenarios }, cleanup) {
  console.log('Starting the server with a PostgreSQL of its own, and the baseline …');
  const server = await startServer(cleanup);
  const person = await signUpPerson(server.url);
  const facts = machineFacts(await inspectDatabase(server.databaseUrl));
  const baseline = await startBaseline(server.databaseUrl, cleanup);
  const load = forkModule('./load.mjs', cleanup);
  const results = [];
  for (const scenario of scenarios) {
    console.log(`${scenario.title}: ${rounds} × ${seconds} s each, ${scenario.connections} connections`);
    const prepared = (await scenario.prepare?.(server)) ?? person;
    const measured = await measureRounds({
      scenario,
      requests: { server: scenario.server(prepared), baseline: scenario.baseline(prepared) },
      targets: { server, baseline },
      load,
      seconds,
      rounds,
      report: printRound,
    });
    const { name, title, goal, connections } = scenario;
    results.push({ name, title, goal, connections, summary: summarize(measured), rounds: measured });
  }
  printTable(facts, results);
  console.log(`\nWritten to ${writeResults(facts, { seconds, rounds }, results)}`);
}

async function startBaseline(databaseUrl, cleanup) {
  const child = forkModule('./baseline.mjs', cleanup, {
    BENCH_DATABASE_URL: databaseUrl,
    BENCH_POOL_SIZE: POOL_SIZE,
  });
  const { port } = await nextMessage(child);
  return { pid: child.pid, url: `http://127.0.0.1:${port}` };
}
