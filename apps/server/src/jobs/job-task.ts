import type { z } from 'zod';

/** One try of a job. */
export interface JobTry {
  /** The same at each try. */
  jobId: string;
  /** Aborts when the process stops and has waited long enough. */
  signal: AbortSignal;
}

/** Does a job; what it throws makes the runner try again later. */
export type JobTask = (payload: unknown, job: JobTry) => Promise<void>;

/** No later try would go better: the job has failed for good. */
export class HopelessJobError extends Error {
  override name = 'HopelessJobError';
}

/**
 * Reads a payload, which another version of the server may have written.
 * @throws HopelessJobError that names the fields, and never what is in them
 */
export function parsePayload<Payload>(schema: z.ZodType<Payload>, payload: unknown): Payload {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
  throw new HopelessJobError(`The job's payload is not one that this version knows (${fields}).`);
}
