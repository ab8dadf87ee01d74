import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The major version that made the cluster, such as "18"; undefined when there is no cluster. */
export async function clusterVersion(cluster: string): Promise<string | undefined> {
  const text = await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text?.trim();
}
