import { readFileSync } from 'node:fs';

// USER_HZ, which is 100 on every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

/**
 * Processor time that a process and its threads have used, in user and kernel mode.
 * @param {number} pid
 * @returns {number | undefined} microseconds; nothing where there is no /proc
 */
export function cpuMicroseconds(pid) {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} stat `/proc/<pid>/stat`, see proc_pid_stat(5): utime is field 14, stime 15 */
export function parseStat(stat) {
  // The name in field 2 may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND;
}
