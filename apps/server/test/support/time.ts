import type { TestApp } from './test-app.ts';

/**
 * Lets time pass for one session: every moment in its row moves into the past.
 * @param interval as PostgreSQL writes it: `14 days`, `31 seconds`
 */
export async function ageSession(app: TestApp, sessionId: string, interval: string): Promise<void> {
  await app.sql(
    `update sessions set
       created_at = created_at - $2::interval,
       last_seen_at = last_seen_at - $2::interval,
       expires_at = expires_at - $2::interval,
       absolute_expires_at = absolute_expires_at - $2::interval,
       refresh_rotated_at = refresh_rotated_at - $2::interval,
       refresh_expires_at = refresh_expires_at - $2::interval
     where public_id = $1`,
    [sessionId, interval],
  );
}

export interface SessionRow {
  /** Changes whenever the row is written. */
  xmin: string;
  last_seen_at: Date;
  expires_at: Date;
  absolute_expires_at: Date;
  refresh_generation: number;
}

export async function sessionRow(app: TestApp, sessionId: string): Promise<SessionRow | undefined> {
  const [row] = await app.sql<SessionRow>(
    `select xmin::text, last_seen_at, expires_at, absolute_expires_at, refresh_generation
       from sessions where public_id = $1`,
    [sessionId],
  );
  return row;
}

/** Waits until `check` holds, as long as the test may take. */
export async function eventually(check: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
}
