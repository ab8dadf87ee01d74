import { readFileSync } from 'node:fs';

/** The process number of the npm that runs us, usually through a shell; undefined when there is none. */
export function findNpm() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  if (process.platform !== 'linux') return process.ppid;
  return [process.ppid, parentOf(process.ppid)].find((pid) =>
    /^npm\b|\bnpm-cli\b|\bnpm\0/.test(proc(pid, 'cmdline')),
  );
}

/** Whether a process runs; one that was killed and whose end nobody has noticed yet does not. */
export function isAlive(pid) {
  if (process.platform === 'linux') return proc(pid, 'cmdline') !== '';
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function parentOf(pid) {
  return Number(proc(pid, 'status').match(/^PPid:\s*(\d+)/m)?.[1]);
}

function proc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
