import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStat } from '../src/cpu.mjs';
import { readOptions } from '../src/options.mjs';
import { SCENARIOS } from '../src/scenarios.mjs';
import { shareOf } from '../src/shares.mjs';
import { median, summarize } from '../src/summary.mjs';

const measured = (requestsPerSecond, cpuMicrosecondsPerRequest) => ({
  requestsPerSecond,
  p50Milliseconds: 1,
  p99Milliseconds: 2,
  cpuMicrosecondsPerRequest,
});

test('a median is the middle, or halfway between the two middles', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 9, 5, 3]), 4);
});

test('the ratio is taken round by round, so that a slow round counts for both', () => {
  const { ratio, baseline, server } = summarize([
    { baseline: measured(1000, 10), server: measured(600, 20) },
    { baseline: measured(100, 10), server: measured(50, 30) },
    { baseline: measured(1000, 40), server: measured(700, 40) },
  ]);
  assert.deepEqual(ratio, { median: 0.6, lowest: 0.5, highest: 0.7 });
  assert.equal(baseline.requestsPerSecond, 1000);
  assert.equal(server.cpuMicrosecondsPerRequest, 30);
});

test('processor time that is not known stays unknown', () => {
  const unknown = { baseline: measured(1, undefined), server: measured(1, undefined) };
  assert.equal(summarize([unknown]).server.cpuMicrosecondsPerRequest, undefined);
});

test('processor time is user and system ticks, whatever the name of the process', () => {
  const stat = '42 (no) de (x) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 1 1';
  assert.equal(parseStat(stat), 3_000_000);
});

test('each connection has requests of its own, in their order, and one request is everybody’s', () => {
  const shares = [0, 1, 2].map((number) => shareOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3, number));
  assert.deepEqual(shares, [
    ['a', 'd', 'g'],
    ['b', 'e'],
    ['c', 'f'],
  ]);
  assert.deepEqual(
    [0, 1, 2].map((number) => shareOf(['a', 'b'], 3, number)),
    [['a'], ['b'], ['a']],
  );
  assert.deepEqual(shareOf(['a'], 32, 31), ['a']);
});

test('options are checked, and choose scenarios', () => {
  assert.deepEqual(
    readOptions(['--only', 'sign-in', '--rounds', '2']).scenarios.map(({ name }) => name),
    ['sign-in'],
  );
  assert.deepEqual(readOptions([]).scenarios, SCENARIOS);
  assert.throws(() => readOptions(['--only', 'all']), /--only must be one of/);
  assert.throws(() => readOptions(['--seconds', '0']), /--seconds must be/);
});
