import { readdir, readFile } from 'node:fs/promises';

/** From Linux's fcntl.h, as /proc prints it. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * The descriptors above stdio that whoever started this process left open for its children, such as the
 * lock of `exec 200>lock; flock 200`, or a pipe on whose end a test harness waits. A server that outlives
 * us must not hold them. Known on Linux only; elsewhere the list is empty.
 */
export async function inheritedDescriptors(): Promise<number[]> {
  const names = await readdir('/proc/self/fdinfo').catch(() => []);
  const checked = await Promise.all(
    names.map(async (name) => ((await isInherited(name)) ? Number(name) : 0)),
  );
  return checked.filter((descriptor) => descriptor > 2);
}

async function isInherited(name: string): Promise<boolean> {
  const info = await readFile(`/proc/self/fdinfo/${name}`, 'utf8').catch(() => '');
  const flags = info.match(/^flags:\s*([0-7]+)/m)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
}
