import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  answer,
  page,
  type Reply,
  refuse,
  reset,
  silence,
  stall,
  startServer,
} from './support/scripted-server.ts';

const run = promisify(execFile);
const SCRIPT = new URL('support/one-call.ts', import.meta.url).pathname;

/** Runs a process that makes one call and then has nothing more to do: what the call ended with. */
async function callInProcess(baseUrl: string, ...what: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--no-warnings', SCRIPT, baseUrl, ...what], {
    timeout: 20_000,
  });
  return stdout.trim();
}

describe('a process that has made its call ends by itself', () => {
  it.each<[string, Reply, string]>([
    ['was answered', answer({ items: [] }), 'ok'],
    ['was refused', refuse('FORBIDDEN', 403), 'FORBIDDEN'],
    ['met a broken connection', reset, 'NETWORK_ERROR'],
    ['had no answer in time', silence, 'TIMEOUT'],
    ['had half of an answer in time', stall, 'TIMEOUT'],
  ])('when it %s', async (_what, reply, ending) => {
    await using server = await startServer(reply);
    expect(await callInProcess(server.url, 'query')).toBe(ending);
    expect(await callInProcess(server.url, 'mutation')).toBe(ending);
  });

  it('when it was given up while it waited to be repeated', async () => {
    await using server = await startServer(page(503, { 'retry-after': '40' }));
    expect(await callInProcess(server.url, 'abort')).toBe('ABORTED');
  });

  it('when its refresh has no answer', async () => {
    await using server = await startServer(silence);
    expect(await callInProcess(server.url, 'refresh')).toBe('TIMEOUT');
  });

  it('when its refresh is to be tried again in an hour', async () => {
    await using server = await startServer(refuse('OVERLOADED', 503, { retryAfterSeconds: 3600 }));
    expect(await callInProcess(server.url, 'refresh', 'refresh')).toMatch(
      /^OVERLOADED\n(OVERLOADED|TIMEOUT)$/,
    );
  });

  it('when it watches no more', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: connected\ndata: {}\n\nid: 1\ndata: {"seq":1}\n\n');
    });
    expect(await callInProcess(server.url, 'watch')).toBe('1');
  });
});
