/** Makes the calls that its arguments name, prints how each ended, and leaves the rest to the process's own end. */
import { createTruConn, isTruConnError } from '../../src/index.ts';
import { holdSession } from './tokens.ts';

const [baseUrl = '', ...calls] = process.argv.slice(2);
const storage = calls[0] === 'refresh' ? await holdSession({ lifeSeconds: 0 }) : undefined;
// A refresh has the client's time, the calls a shorter one of their own.
const truconn = createTruConn({ baseUrl, timeoutMs: 4_000, storage });
const options = { timeoutMs: 2_000 };

const MAKE: Record<string, () => Promise<unknown>> = {
  query: () => truconn.consent.list({}, options),
  mutation: () => truconn.consent.grant({ categoryId: 4 }, options),
  refresh: () => truconn.consent.list({}, options),
  abort: () => truconn.consent.list({}, { timeoutMs: 60_000, signal: AbortSignal.timeout(300) }),
  async watch() {
    for await (const { id } of truconn.consent.watch()) return console.log(id);
  },
};

for (const call of calls) {
  await MAKE[call]?.().then(
    () => call !== 'watch' && console.log('ok'),
    (error) => console.log(isTruConnError(error) ? error.code : error),
  );
}
