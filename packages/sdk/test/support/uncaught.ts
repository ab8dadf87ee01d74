/** Catches what nobody does, so that a test may look at it; until disposed of. */
export function catchUncaught(): Disposable & { errors: unknown[] } {
  const errors: unknown[] = [];
  // The test runner's own, which would count each as a failure.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => errors.push(error));
  return {
    errors,
    [Symbol.dispose]() {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    },
  };
}
