import { describe, expect, it } from 'vitest';
import { signInBrowser } from '../support/calls.ts';
import { startTestApp } from '../support/test-app.ts';

describe('where a session began, as a trusted proxy tells it', () => {
  it.each([
    ['an address', '203.0.113.7', '203.0.113.7'],
    ['an address with a port', '203.0.113.7:4711', '203.0.113.7'],
    ['an IPv6 address', '2001:db8::1', '2001:db8::1'],
    ['an IPv6 address with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['an IPv6 address in brackets', '[2001:db8::1]', '2001:db8::1'],
    ['no address, which counts for nothing', 'garbage', '127.0.0.1'],
    ['numbers out of bounds', '999.1.1.1', '127.0.0.1'],
    ['a text without end', 'a'.repeat(12_000), '127.0.0.1'],
  ])('%s', async (_name, forwarded, ip) => {
    await using app = await startTestApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const asha = await app.signUp();
    const { answer } = await signInBrowser(app, asha, { 'x-forwarded-for': forwarded });
    expect(answer.body.result.data.session.ip).toBe(ip);
    expect(app.logs.join()).not.toContain('aaaaaaaaaa');
  });
});
