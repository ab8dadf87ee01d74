import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { AvatarStorage } from '../domain/profile/avatar-storage.ts';
import type { S3Settings } from '../settings.ts';
import { guardStorage } from './guard-storage.ts';

export interface S3Options {
  /** For one call, its repetitions included. */
  timeoutMilliseconds?: number;
}

/** Pictures as objects `avatars/…` of a bucket; the store is addressed by path: `endpoint/bucket/key`. */
export function createS3Storage(settings: S3Settings, options: S3Options = {}): AvatarStorage {
  const ask = connect(settings, options);
  return guardStorage({
    async write(name, webp) {
      const answer = await ask('PUT', name, webp);
      if (answer.status !== 200) throw unexpected('PUT', answer);
    },
    async read(name) {
      const answer = await ask('GET', name);
      if (answer.status === 200) return answer.body;
      if (isMissing(answer)) return undefined;
      throw unexpected('GET', answer);
    },
    async remove(name) {
      const answer = await ask('DELETE', name);
      if (answer.status !== 204 && !isMissing(answer)) throw unexpected('DELETE', answer);
    },
  });
}

interface Answer {
  status: number;
  body: Buffer;
}

function connect(
  { endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Settings,
  { timeoutMilliseconds = 10_000 }: S3Options,
) {
  // It repeats what the store answers with 429 or 5xx.
  const client = new AwsClient({ service: 's3', region, accessKeyId, secretAccessKey, retries: 2 });
  return async (method: string, name: string, webp?: Uint8Array): Promise<Answer> => {
    const response = await client.fetch(`${endpoint}/${bucket}/avatars/${name}`, {
      method,
      headers: headersOf(webp),
      // A signature is for one host alone.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
      // A copy: fetch takes no view of memory that could be shared.
      ...(webp && { body: new Uint8Array(webp) }),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };
}

// The hash is part of what is signed: nobody on the way can put another picture in its place.
function headersOf(webp: Uint8Array | undefined): Record<string, string> {
  const hash = createHash('sha256').update(webp ?? '');
  return { 'x-amz-content-sha256': hash.digest('hex'), ...(webp && { 'content-type': 'image/webp' }) };
}

// 404 is also the answer when the bucket is not there, and then no picture is gone.
function isMissing(answer: Answer): boolean {
  return answer.status === 404 && errorCode(answer) !== 'NoSuchBucket';
}

// The rest of the body names the key's id and what was signed: that is not for the log.
function unexpected(method: string, answer: Answer): Error {
  return new Error(`the S3 store answered ${method} with ${answer.status} ${errorCode(answer)}`);
}

function errorCode({ body }: Answer): string {
  return /<Code>(\w{1,64})<\/Code>/.exec(body.toString('utf8'))?.[1] ?? '';
}
