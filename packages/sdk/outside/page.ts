import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { emptyProject } from './project.ts';
import { mustRun, plainEnv } from './run.ts';
import { hasEnded } from './server.ts';
import { pinned } from './versions.ts';

/** A page that is being served. */
export interface ServedPage {
  /** @returns the page's address, with the server that it calls */
  url(credential: 'cookie' | 'bearer'): string;
  stop(): Promise<void>;
}

/** Bundles the page with Vite in an empty project, and serves it at the origin that the server answers. */
export async function servePage(): Promise<ServedPage> {
  const cwd = await emptyProject('page', {
    files: ['page/index.html', 'page/page.ts'],
    install: [inject('tarball'), ...pinned('vite')],
  });
  const vite = path.join(cwd, 'node_modules/vite/bin/vite.js');
  await mustRun(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd });
  const origin = new URL(inject('pageOrigin'));
  const where = ['--host', origin.hostname, '--port', origin.port, '--strictPort'];
  const child = spawn(process.execPath, [vite, 'preview', ...where], {
    cwd,
    env: plainEnv(),
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  await untilAnswered(origin, child);
  return {
    url: (credential) => `${origin.href}?${new URLSearchParams({ credential, server: inject('serverUrl') })}`,
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

async function untilAnswered(url: URL, child: ChildProcess): Promise<void> {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (hasEnded(child)) throw new Error('vite preview ended.');
    await delay(50);
  }
}
