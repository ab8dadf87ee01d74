/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * What the rounds of one scenario come to: medians, and the ratio of each round's two rates.
 * @param {import('./rounds.mjs').Round[]} rounds
 */
export function summarize(rounds) {
  const ratios = rounds.map(({ server, baseline }) => server.requestsPerSecond / baseline.requestsPerSecond);
  return {
    baseline: medians(rounds.map(({ baseline }) => baseline)),
    server: medians(rounds.map(({ server }) => server)),
    ratio: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
  };
}

function medians(measurements) {
  const of = (name) => median(measurements.map((measurement) => measurement[name]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Milliseconds: of('p50Milliseconds'),
    p99Milliseconds: of('p99Milliseconds'),
    cpuMicrosecondsPerRequest:
      measurements[0]?.cpuMicrosecondsPerRequest === undefined ? undefined : of('cpuMicrosecondsPerRequest'),
  };
}
