const SAME_SIGNAL_MS = 1_000;

/**
 * Runs `stop` once on SIGINT, SIGTERM or SIGHUP, then exits with 0, or with the `process.exitCode` that was set.
 * A second signal ends the process at once; a terminal and npm both pass Ctrl-C on, so signals within a second
 * are one.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = Date.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop().then(
        () => process.exit(),
        (error: unknown) => {
          console.error('The server did not stop cleanly:', error);
          process.exit(1);
        },
      );
    } else if (now - firstAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}
