// PostgreSQL's classes of "not now": https://www.postgresql.org/docs/18/errcodes-appendix.html
const PASSING_SQLSTATES = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '53300', // too many connections
  '55P03', // lock timeout
  '57014', // statement timeout
  '57P01', // the server is shutting down
  '57P02', // the server has crashed
  '57P03', // the server is starting
]);

// pg's own errors carry no code.
const PASSING_MESSAGES =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

/**
 * True when `thrown`, or what caused it, says that the database cannot be reached or gave up
 * waiting: the same request may succeed in a moment. The one place that knows these errors.
 */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  let error = thrown;
  // A chain of causes that loops must not hang the error path.
  for (let links = 0; links < 5 && error instanceof Error; links++) {
    if (isPassing(error)) return true;
    error = error.cause;
  }
  return false;
}

function isPassing(error: Error & { code?: unknown; syscall?: unknown; errors?: unknown }): boolean {
  if (typeof error.code === 'string') {
    if (PASSING_SQLSTATES.has(error.code) || /^08[0-9A-Z]{3}$/.test(error.code)) return true;
    // ECONNREFUSED, ENOTFOUND, ENOENT on a socket's path …: any system error while connecting.
    if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true;
    if (error.code === 'ECONNREFUSED') return true;
    // A connection cut in the middle; the client's own socket says "aborted" instead.
    if (/^(ECONNRESET|EPIPE)$/.test(error.code) && error.message !== 'aborted') return true;
  }
  return PASSING_MESSAGES.test(error.message);
}
