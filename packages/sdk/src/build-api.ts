import type { CallOptions } from './api/calls.ts';
import { type CallDeps, call } from './calls/call.ts';
import { listAll } from './list-all.ts';
import { isSubscription } from './procedures.ts';
import { watchEvents } from './watch/watch-events.ts';

/**
 * Every procedure as a function, by its name; which names there are is the compiler's matter.
 * @param path what stands here: a procedure, or a record of them
 * @param own what stands beside the procedures
 */
export function buildApi(deps: CallDeps, path: string, own: Record<string, unknown>): object {
  const run = (input?: object, options?: CallOptions): unknown =>
    isSubscription(path) ? watchEvents(deps, path, input, options) : call(deps, path, input, options);
  return new Proxy(run, {
    get(_target, name) {
      // What promises, JSON and consoles ask every object for.
      if (typeof name !== 'string' || /^(then|toJSON)$/.test(name)) return undefined;
      // `toString` and its like, too.
      if (own[name]) return own[name];
      if (name === 'all') {
        return (input?: object, options?: CallOptions) => listAll(deps, path, input, options);
      }
      return buildApi(deps, path ? `${path}.${name}` : name, {});
    },
  });
}
