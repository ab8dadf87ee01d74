import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, startEdge } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

describe('health', () => {
  it('/healthz answers while the process does, to GET and HEAD', async () => {
    expect((await edge.send('/healthz')).json).toEqual({ status: 'ok' });
    const head = await edge.send('/healthz', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('/readyz says ok', async () => {
    edge.setReadiness(async () => ({ ready: true, checks: { database: 'ok' } }));
    const answer = await edge.send('/readyz');
    expect([answer.status, answer.json]).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
    expect((await edge.send('/readyz', { method: 'HEAD' })).status).toBe(200);
  });

  it('/readyz is 503 and names the check that failed', async () => {
    edge.setReadiness(async () => ({ ready: false, checks: { database: 'ok', migrations: 'pending' } }));
    const answer = await edge.send('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.json).toEqual({ status: 'unavailable', checks: { database: 'ok', migrations: 'pending' } });
  });

  it('/readyz is 503 without the reason when a check throws, and 503 when it hangs', async () => {
    edge.setReadiness(async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.1');
    });
    const failed = await edge.send('/readyz');
    expect(failed.status).toBe(503);
    expect(failed.text).not.toContain('10.0.0.1');
    edge.setReadiness(() => Promise.withResolvers<never>().promise);
    expect((await edge.send('/readyz')).status).toBe(503);
  }, 10_000);
});

describe('/metrics', () => {
  it('times requests by template and procedure, never by what a client wrote', async () => {
    await edge.send('/items/secret-id-1', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await edge.send('/made-up-path');
    await edge.send('/trpc/edge.echo');
    await edge.send('/trpc/made.up');
    await edge.send('/trpc/__proto__');
    await edge.send('/trpc/edge.echo,made.up?batch=1');
    const { text, headers } = await edge.send('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map((match) => match[1]));
    expect(routes).toContain('/items/:id');
    expect(routes).toContain('/trpc/edge.echo');
    expect(routes).toContain('/trpc/(unknown)');
    expect(routes).toContain('/trpc/(batch)');
    expect(routes).toContain('unknown');
    expect(text).not.toMatch(/secret-id|made.up|__proto__/);
    expect(text).toContain(
      'http_request_duration_seconds_count{method="PUT",route="/items/:id",status="200"} 1',
    );
    expect(text).toContain('process_cpu_user_seconds_total');
  });

  it('a thousand made-up URLs add no series', async () => {
    const series = async () =>
      (await edge.send('/metrics')).text.split('\n').filter((line) => line.startsWith('http_')).length;
    await edge.send('/x0');
    await edge.send('/trpc/x0');
    await series();
    const before = await series();
    for (let i = 0; i < 100; i++)
      await Promise.all([edge.send(`/x${i}`), edge.send(`/trpc/x${i}`), edge.send(`/trpc/x${i}?a=${i}`)]);
    expect(await series()).toBe(before);
  });
});
