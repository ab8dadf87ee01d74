import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../../src/commands/import-users/progress.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('progress is told every five seconds, as whole lines with the share of the file and the pace', () => {
  const lines: string[] = [];
  const place = { read: 250, size: 1000 };
  const progress = new Progress({ place: () => place, write: (line) => lines.push(line) });
  const tally = { imported: 11_990, alreadyThere: 7, refused: 3 };
  const start = Date.now();
  for (const seconds of [1, 4.999, 5, 6, 9.999, 10]) {
    vi.setSystemTime(start + seconds * 1000);
    progress.tell(tally);
  }
  expect(lines).toEqual([
    '25 %: 11,990 imported, 7 already there, 3 refused (2,400 a second)',
    '25 %: 11,990 imported, 7 already there, 3 refused (1,200 a second)',
  ]);
});

test('progress in a pipe, whose size nobody knows, has no share', () => {
  const lines: string[] = [];
  const progress = new Progress({ place: () => undefined, write: (line) => lines.push(line) });
  vi.setSystemTime(Date.now() + 5000);
  progress.tell({ imported: 10, alreadyThere: 0, refused: 0 });
  expect(lines).toEqual(['10 imported, 0 already there, 0 refused (2 a second)']);
});
