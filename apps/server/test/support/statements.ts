import pg from 'pg';
import { vi } from 'vitest';

/** What the real driver is asked while `work` runs: one entry per round trip to the database. */
export async function statementsOf(work: () => Promise<unknown>): Promise<unknown[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls.map(([statement]) => statement);
  } finally {
    query.mockRestore();
  }
}

/** The text of a statement, however it was given to the driver. */
export function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string }).text ?? '');
}
