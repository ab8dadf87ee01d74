/** How much, and how slowly, a client may send. Sizes in bytes, times in milliseconds. */
export interface HttpLimits {
  /** Largest request body; a route that takes more says so with its own `bodyLimit`. */
  bodyBytes: number;
  /** Request line and headers together: more is 431. */
  headerBytes: number;
  /** The URL alone, where the input of a tRPC query travels: more is 414. */
  urlBytes: number;
  /** Until the last header has arrived. */
  headersTimeoutMs: number;
  /** Until the last byte of the body has arrived. */
  requestTimeoutMs: number;
  /** How often those two are checked. */
  checkEveryMs: number;
  /** Silence in both directions; an event stream must ping more often than this. */
  connectionTimeoutMs: number;
  /** An idle connection stays open this long: longer than a load balancer's 60 seconds. */
  keepAliveTimeoutMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 12 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 2_000,
  connectionTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
};

/**
 * Procedures that take more than `bodyBytes` when they are called alone: a picture of 2 MiB in base64, with
 * room for what is around it.
 */
export const LARGE_BODIES: Record<string, number> = { 'profile.setAvatar': 3 * 1024 * 1024 };

/** Calls in one tRPC batch; more are refused whole. */
export const MAX_BATCH_CALLS = 10;
