import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('../results/latest.json', import.meta.url));
const WIDTHS = [34, 12, 9, 9, 13];

/** Taken before the load begins. @param {string} postgresVersion */
export function machineFacts(postgresVersion) {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    cores: availableParallelism(),
    processor: cpu?.model ?? 'unknown',
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres: postgresVersion,
    // What else kept the machine busy: above 1 or so, the absolute figures say little.
    loadAverage: Number(loadavg()[0].toFixed(1)),
  };
}

/** Prints one line per round, so that a drifting machine shows. */
export function printRound(number, { baseline, server }) {
  const rate = ({ requestsPerSecond }) => whole(requestsPerSecond);
  const ratio = (server.requestsPerSecond / baseline.requestsPerSecond).toFixed(3);
  console.log(`  round ${number}: baseline ${rate(baseline)}/s, server ${rate(server)}/s, ratio ${ratio}`);
}

export function printTable(facts, results) {
  const { cores, processor, node, postgres, loadAverage, date } = facts;
  console.log(`\n${cores} cores (${processor}), Node ${node}, PostgreSQL ${postgres}`);
  console.log(`${date}, load average before ${loadAverage}\n`);
  printRow('', ['requests/s', 'p50 ms', 'p99 ms', 'CPU µs/req']);
  for (const { title, goal, summary } of results) {
    const { median, lowest, highest } = summary.ratio;
    console.log(title);
    printRow('  baseline', figures(summary.baseline));
    printRow('  server', figures(summary.server));
    console.log(
      `  ratio ${median.toFixed(3)} (${lowest.toFixed(3)} to ${highest.toFixed(3)}), goal ${goal.toFixed(2)}: ${median >= goal ? 'reached' : 'missed'}`,
    );
  }
}

/** @returns the file written */
export function writeResults(facts, options, results) {
  mkdirSync(path.dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ ...facts, ...options, results }, null, 2)}\n`);
  return RESULTS;
}

function figures({ requestsPerSecond, p50Milliseconds, p99Milliseconds, cpuMicrosecondsPerRequest: cpu }) {
  return [
    whole(requestsPerSecond),
    whole(p50Milliseconds),
    whole(p99Milliseconds),
    cpu === undefined ? 'n/a' : whole(cpu),
  ];
}

function printRow(name, cells) {
  console.log(
    [name, ...cells]
      .map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[at])))
      .join(''),
  );
}

function whole(number) {
  return Math.round(number).toLocaleString('en');
}
