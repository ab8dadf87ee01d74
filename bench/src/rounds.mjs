import { setTimeout as delay } from 'node:timers/promises';
import { nextMessage } from './child.mjs';
import { cpuMicroseconds } from './cpu.mjs';

const WARM_UP_SECONDS = 2;
// What is still under way when the load stops (hashes above all) must not count for the next one.
const SETTLE_MILLISECONDS = 500;

/**
 * @typedef {{ pid: number, url: string }} Target
 * @typedef {{ requestsPerSecond: number, p50Milliseconds: number, p99Milliseconds: number,
 *   cpuMicrosecondsPerRequest: number | undefined }} Measurement
 * @typedef {{ baseline: Measurement, server: Measurement }} Round
 */

/**
 * Loads both targets in turn, in the other order each round, so that a machine whose speed drifts
 * favours neither.
 * @returns {Promise<Round[]>}
 */
export async function measureRounds({ scenario, requests, targets, load, seconds, rounds, report }) {
  const run = (name, length) => measure(load, targets[name], requests[name], scenario.connections, length);
  for (const name of ['baseline', 'server']) await run(name, WARM_UP_SECONDS);
  const measured = [];
  for (let number = 1; number <= rounds; number += 1) {
    const order = number % 2 === 1 ? ['baseline', 'server'] : ['server', 'baseline'];
    const round = {};
    for (const name of order) round[name] = await run(name, seconds);
    measured.push(round);
    report(number, round);
  }
  return measured;
}

async function measure(load, target, requests, connections, seconds) {
  const before = cpuMicroseconds(target.pid);
  const answer = nextMessage(load);
  load.send({ url: target.url, requests, connections, seconds });
  const { measured, error } = await answer;
  const after = cpuMicroseconds(target.pid);
  if (error !== undefined) throw new Error(`The load generator: ${error}`);
  requireAllAnswered(requests[0].path, measured);
  await delay(SETTLE_MILLISECONDS);
  return {
    requestsPerSecond: measured.answered / measured.seconds,
    p50Milliseconds: measured.p50Milliseconds,
    p99Milliseconds: measured.p99Milliseconds,
    cpuMicrosecondsPerRequest:
      before === undefined || after === undefined ? undefined : (after - before) / measured.answered,
  };
}

function requireAllAnswered(path, { answered, refused, failed }) {
  if (answered === 0 || refused > 0 || failed > 0) {
    throw new Error(`${path}: ${answered} answers were 2xx, ${refused} were not, ${failed} requests failed.`);
  }
}
