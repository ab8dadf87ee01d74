import { describe, expect, it } from 'vitest';
import { describeSharing, examineSharing } from '../../src/commands/examine-jobs.ts';
import { parseSettings } from '../../src/settings.ts';

const S3 = {
  S3_ENDPOINT: 'https://store.example',
  S3_BUCKET: 'pictures',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'a-secret-key',
};
const SMTP = { SMTP_URL: 'smtp://mail.example' };
const settings = (env: Record<string, string>) => parseSettings({ DATA_DIR: '/data', ...env }, '/');

describe('files that a worker must share with the servers', () => {
  it.each([
    [
      'pictures and mails',
      {},
      /^Kept as files in \/data: pictures \(.*\) and mails \(.*\)\. This worker must/,
    ],
    [
      'pictures alone',
      SMTP,
      /^Kept as files in \/data: pictures \(S3_ENDPOINT is not set\)\. This worker must/,
    ],
    ['mails alone', S3, /^Kept as files in \/data: mails \(SMTP_URL is not set\)\. This worker must/],
  ])('are %s', (_what, env, sentence) => {
    expect(describeSharing(settings(env as Record<string, string>))).toMatch(sentence);
  });

  it('are none with a store and a mail server', () => {
    expect(describeSharing(settings({ ...S3, ...SMTP }))).toBeUndefined();
  });

  it('are a warning of the doctor where the servers leave pictures on their disks to a worker', () => {
    expect([...examineSharing(settings({ JOBS: 'off' }))]).toEqual([
      { level: 'warning', text: expect.stringContaining('npm run worker must share DATA_DIR') },
    ]);
    expect([...examineSharing(settings({}))]).toEqual([]);
    expect([...examineSharing(settings({ JOBS: 'off', ...S3 }))]).toEqual([]);
  });
});
