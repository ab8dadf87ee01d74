import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fetchReceiptKeys } from '../src/verify.ts';

const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'one', alg: 'EdDSA', use: 'sig' };

/** Fetches from a server that answers this. */
function fetchFrom(body: string | ReadableStream, init?: ResponseInit) {
  return fetchReceiptKeys('https://truconn.example', { fetch: async () => new Response(body, init) });
}

describe('fetchReceiptKeys', () => {
  it.each(['', '/', '/behind/a/proxy', '/behind/a/proxy/'])(
    'asks at the well-known address below %j, with the global fetch',
    async (end) => {
      const asked: (string | undefined)[] = [];
      const server = createServer(({ method, url }, answer) => {
        asked.push(method, url);
        answer.end(JSON.stringify({ keys: [KEY] }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      expect(await fetchReceiptKeys(`http://127.0.0.1:${port}${end}`)).toEqual({ keys: [KEY] });
      expect(asked).toEqual(['GET', `${end.replace(/\/$/, '')}/.well-known/jwks.json`]);
      server.closeAllConnections();
      server.close();
    },
  );

  it('leaves out what is no key for receipts', async () => {
    const others = [{ ...KEY, kty: 'RSA' }, { ...KEY, d: 'secret' }, { ...KEY, kid: 7 }, null, 'text', []];
    expect(await fetchFrom(JSON.stringify({ keys: [...others, KEY], more: 1 }))).toEqual({ keys: [KEY] });
    expect(await fetchFrom('{"keys":[]}')).toEqual({ keys: [] });
  });

  it.each(['', '{', 'null', '[]', '{}', '{"keys":{}}', '<html></html>'])('refuses %j', async (body) => {
    await expect(fetchFrom(body)).rejects.toThrow('/.well-known/jwks.json answered no set of keys.');
  });

  it('refuses an answer that is none, and says its status', async () => {
    await expect(fetchFrom('{"keys":[]}', { status: 503 })).rejects.toThrow('answered 503.');
    await expect(fetchFrom('', { status: 404 })).rejects.toThrow('answered 404.');
    const empty = async () => new Response(null, { status: 204 });
    await expect(fetchReceiptKeys('', { fetch: empty })).rejects.toThrow('no set of keys');
  });

  it('reads letters that come in pieces', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ keys: [{ ...KEY, kid: 'ключ' }] }));
    const pieces = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await fetchFrom(pieces)).toEqual({ keys: [{ ...KEY, kid: 'ключ' }] });
  });

  it('stops reading after a megabyte', async () => {
    let [sent, isCancelled] = [0, false];
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(fetchFrom(endless)).rejects.toThrow('answered more than 1048576 bytes.');
    expect([isCancelled, sent <= 20 * 65_536]).toEqual([true, true]);
  });

  it('is given up by its signal, and passes on why the network failed', async () => {
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(fetchReceiptKeys('http://127.0.0.1:1', { signal })).rejects.toThrow('given up');
    await expect(fetchReceiptKeys('http://127.0.0.1:1')).rejects.toThrow();
  });
});
