import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { mustRun } from './run.ts';
import { freePort, startServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the empty projects are made. */
    directory: string;
    /** The package as it is published. */
    tarball: string;
    serverUrl: string;
    /** The origin whose pages the server answers; nobody listens there yet. */
    pageOrigin: string;
  }
}

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Packs the package once and starts one server, for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'truconn-outside-'));
  // Root's database runs as another user, who must be able to pass.
  chmodSync(directory, 0o711);
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    await mustRun(process.execPath, ['scripts/pack-sdk.mjs', directory], { cwd: ROOT });
    const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? '';
    const pageOrigin = `http://127.0.0.1:${await freePort()}`;
    const server = await startServer(directory, pageOrigin);
    project.provide('directory', directory);
    project.provide('tarball', path.join(directory, tarball));
    project.provide('serverUrl', server.url);
    project.provide('pageOrigin', pageOrigin);
    return () => server.stop().then(remove);
  } catch (error) {
    remove();
    throw error;
  }
}
