// The load, in a process of its own so that it takes no time from what it measures.
import autocannon from 'autocannon';
import { shareOf } from './shares.mjs';

process.on('message', async ({ url, requests, connections, seconds }) => {
  try {
    let connected = 0;
    const setupClient = (client) => {
      client.setRequests(shareOf(requests, connections, connected));
      connected += 1;
    };
    const result = await autocannon({ url, setupClient, connections, duration: seconds });
    process.send({ measured: summarize(result) });
  } catch (error) {
    process.send({ error: error.message });
  }
});

function summarize(result) {
  return {
    answered: result['2xx'],
    refused: result.non2xx,
    failed: result.errors + result.timeouts,
    seconds: result.duration,
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
  };
}

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
