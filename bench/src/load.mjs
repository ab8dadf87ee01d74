// The load, in a process of its own so that it takes no time from what it measures.
import autocannon from 'autocannon';

process.on('message', async ({ url, method, headers, body, connections, seconds }) => {
  try {
    const result = await autocannon({ url, method, headers, body, connections, duration: seconds });
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
