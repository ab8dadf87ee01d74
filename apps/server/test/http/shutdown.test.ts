import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { closeGracefully } from '../../src/http/shutdown.ts';
import { ignore, startEdge } from './support.ts';

const refused = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });

it('requests under way finish, new connections are refused', async () => {
  const edge = await startEdge();
  const under = edge.send('/trpc/edge.slow?input=400');
  await sleep(100);
  const closed = closeGracefully(edge.app, { drainSeconds: 5 });
  await sleep(50);
  expect(await refused(edge.port)).toBe(true);
  expect((await under).json).toEqual({ result: { data: { slept: 400 } } });
  await closed;
});

it('readiness turns 503 for who is still connected', async () => {
  const edge = await startEdge();
  const socket = net.connect(edge.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const get = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  get('/trpc/edge.slow?input=300');
  await sleep(100);
  const closed = closeGracefully(edge.app, { drainSeconds: 5 });
  await sleep(50);
  get('/readyz');
  await Promise.all([closed, once(socket, 'close')]);
  expect(text).toContain('"slept":300');
  expect(text).toContain('HTTP/1.1 503');
  expect(text).toContain('"status":"stopping"');
  expect(text).toMatch(/connection: close/i);
});

it('idle connections do not hold the server up, nor do those that become idle', async () => {
  const edge = await startEdge();
  const agent = new http.Agent({ keepAlive: true });
  await edge.send('/plain', { agent });
  const under = edge.send('/trpc/edge.slow?input=200', { agent: new http.Agent({ keepAlive: true }) });
  await sleep(50);
  const started = Date.now();
  await closeGracefully(edge.app, { drainSeconds: 10 });
  expect((await under).status).toBe(200);
  expect(Date.now() - started).toBeLessThan(1_500);
  agent.destroy();
});

it('after the limit what is left is cut', async () => {
  const edge = await startEdge();
  const under = edge.send('/trpc/edge.slow?input=60000').then(
    () => 'answered',
    () => 'cut',
  );
  const stream = fetch(
    `http://127.0.0.1:${edge.port}/trpc/edge.ticks?input=${encodeURIComponent('{"fail":false}')}`,
  );
  const half = net.connect(edge.port, '127.0.0.1');
  half.on('error', ignore);
  half.write(
    'POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
  );
  await sleep(100);
  const started = Date.now();
  await closeGracefully(edge.app, { drainSeconds: 0.3 });
  expect(Date.now() - started).toBeGreaterThanOrEqual(290);
  expect(Date.now() - started).toBeLessThan(2_000);
  expect(await under).toBe('cut');
  await stream.then((response) => response.text()).catch(ignore);
});

it('closing twice is closing once', async () => {
  const edge = await startEdge();
  await Promise.all([
    closeGracefully(edge.app, { drainSeconds: 1 }),
    closeGracefully(edge.app, { drainSeconds: 1 }),
  ]);
  expect(await refused(edge.port)).toBe(true);
});
