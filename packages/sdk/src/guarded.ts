/** Calls a listener. What it throws is its own matter: it is reported as uncaught, and the call goes on. */
export function guarded(listener: () => unknown): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
