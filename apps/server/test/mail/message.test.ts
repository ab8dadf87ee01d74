import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LANGUAGES } from '@truconn/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { createMailer, type OutgoingMail } from '../../src/mail/mailer.ts';
import { parseMail, readOutbox } from '../support/mail.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'truconn-outbox-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const settings = {
  smtpUrl: undefined,
  mailFrom: 'TruConn <no-reply@truconn.example>',
  publicUrl: 'https://a-rather-long-name-of-a-server.truconn.example',
};
const link = `${settings.publicUrl}/account/verify-email?token=${'0123456789'.repeat(4)}&x=%20=3D`;
const mail: OutgoingMail = {
  to: 'asha@example.com',
  language: 'en',
  content: { template: 'verify_email', name: 'Asha', link, hours: 24 },
  jobId: '7',
  askedAt: '2026-03-04T05:06:07.089Z',
};
const signal = new AbortController().signal;

/** Sends into an empty outbox, and gives the one file's name and content. */
async function send(part: Partial<OutgoingMail> = {}, changed: Partial<typeof settings> = {}) {
  const outbox = path.join(mkdtempSync(path.join(dataDir, 'one-')), 'outbox');
  await createMailer({ ...settings, ...changed }, async () => outbox).send({ ...mail, ...part }, signal);
  const [file = ''] = readdirSync(outbox);
  return { outbox, file, raw: readFileSync(path.join(outbox, file), 'utf8') };
}

describe('a mail in the outbox', () => {
  it('is named by when it was asked for and by its job, and is its owner’s alone', async () => {
    const { outbox, file } = await send();
    expect(file).toBe('2026-03-04T05-06-07.089Z-7.eml');
    expect(statSync(path.join(outbox, file)).mode & 0o777).toBe(0o600);
    expect(statSync(outbox).mode & 0o777).toBe(0o700);
  });

  it('that is sent twice is one file', async () => {
    const outbox = path.join(mkdtempSync(path.join(dataDir, 'twice-')), 'outbox');
    const mailer = createMailer(settings, async () => outbox);
    await mailer.send(mail, signal);
    await mailer.send({ ...mail, to: 'changed@example.com' }, signal);
    const found = await readOutbox(path.dirname(outbox));
    expect(found.map(({ to }) => to)).toEqual([['changed@example.com']]);
  });

  it('in English can be read as it is, its long link whole', async () => {
    const { raw } = await send();
    expect(link.length).toBeGreaterThan(76);
    expect(raw.split('\r\n')).toContain(link);
    expect(raw).toContain('Content-Transfer-Encoding: 7bit');
    expect(raw).toMatch(/^[\r\n -~]*$/);
  });

  it.each(LANGUAGES)('has its link and its words whole after the way through MIME (%s)', async (language) => {
    const { raw } = await send({ language });
    const received = await parseMail(raw);
    expect(received.text.split('\n')).toContain(link);
    expect(received.html).toContain(`<a href="${link.replace('&', '&amp;')}">`);
    expect(received.headers.get('content-language')).toBe(language);
    expect(raw.split('\r\n').every((line) => line.length <= 998)).toBe(true);
  });

  it('comes from MAIL_FROM, to one address, at the moment it was asked for, marked as a program’s', async () => {
    const received = await parseMail((await send()).raw);
    expect(received.from).toBe('no-reply@truconn.example');
    expect(received.to).toEqual(['asha@example.com']);
    expect(received.headers.get('date')).toBe('Wed, 04 Mar 2026 05:06:07 +0000');
    expect(received.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('to an address that looks like several goes to that one', async () => {
    const received = await parseMail((await send({ to: '"a@x.example, b"@y.example' })).raw);
    expect(received.to).toHaveLength(1);
  });
});

describe('a Message-ID', () => {
  const idOf = async (...change: Parameters<typeof send>) =>
    (await parseMail((await send(...change)).raw)).messageId;

  it('is the same at each try of a job, whatever the mail says by then', async () => {
    const content = { template: 'password_changed', name: null } as const;
    expect(await idOf({ content })).toBe(await idOf());
    expect(await idOf()).toMatch(/^<[0-9a-f]{32}@truconn\.example>$/);
  });

  it('is another for another job and another time', async () => {
    const ids = [
      await idOf(),
      await idOf({ jobId: '8' }),
      await idOf({ askedAt: '2026-03-04T05:06:07.090Z' }),
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('does not depend on which instance sends it', async () => {
    expect(await idOf({}, { publicUrl: 'https://other.example' })).toBe(await idOf());
  });

  it('has a name that mail servers can read', async () => {
    expect(await idOf({}, { mailFrom: 'post@bücher.example' })).toMatch(/@xn--bcher-kva\.example>$/);
  });
});
