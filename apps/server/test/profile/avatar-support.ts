import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { TestApp } from '../support/test-app.ts';

/** The pictures that the server keeps as files, and what else lies beside them. */
export function keptPictures(app: TestApp): string[] {
  const directory = path.join(app.settings.dataDir, 'avatars');
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

/** The name at the end of a picture's address. */
export function nameIn(address: string | null): string {
  return address?.split('/').at(-1) ?? '';
}

/** Asks for a picture as a browser does; its address begins with PUBLIC_URL, which is not the test's port. */
export function fetchPicture(app: TestApp, address: string | null, init: RequestInit = {}) {
  return fetch(`${app.url}${new URL(address ?? '').pathname}`, init);
}

/** Lets the hour pass after which an unfinished picture goes. */
export async function hurryJobs(app: TestApp): Promise<void> {
  await app.sql(
    `select graphile_worker.reschedule_jobs(array_agg(id), now()) from graphile_worker._private_jobs`,
  );
}

export async function waitingJobs(app: TestApp): Promise<number> {
  const [row] = await app.sql<{ count: number }>(
    'select count(*)::integer from graphile_worker._private_jobs',
  );
  return row?.count ?? 0;
}
