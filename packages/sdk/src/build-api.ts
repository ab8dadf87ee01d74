import type { CallOptions, MutationOptions, Page, WatchInput, WatchOptions } from './api/calls.ts';
import type { TruConnApi } from './api/index.ts';
import { listAll } from './list-all.ts';
import { PROCEDURES, type ProcedureKind, type ProcedureTree } from './procedures.ts';

/** How procedures are called by name. */
export interface Caller {
  call(
    kind: 'query' | 'mutation',
    path: string,
    input: unknown,
    options?: CallOptions & MutationOptions,
  ): Promise<unknown>;
  watch(path: string, input?: WatchInput, options?: WatchOptions): AsyncIterableIterator<unknown>;
}

/** Every procedure as a function, in its place. */
export function buildApi(caller: Caller): TruConnApi {
  // The table has the tree of the interface: `satisfies` in procedures.ts, and a test that walks the server's router.
  return buildRecord(caller, PROCEDURES, '') as unknown as TruConnApi;
}

function buildRecord(caller: Caller, tree: ProcedureTree, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, entry]) => {
      const path = `${prefix}${name}`;
      return [
        name,
        typeof entry === 'string' ? build(caller, path, entry) : buildRecord(caller, entry, `${path}.`),
      ];
    }),
  );
}

function build(caller: Caller, path: string, kind: ProcedureKind): unknown {
  if (kind === 'subscription') {
    return (input?: WatchInput, options?: WatchOptions) => caller.watch(path, input, options);
  }
  if (kind === 'mutation') {
    return (input?: unknown, options?: MutationOptions) => caller.call('mutation', path, input, options);
  }
  const query = (input?: unknown, options?: CallOptions) => caller.call('query', path, input, options);
  if (kind === 'query') return query;
  const page = query as (input: object, options?: CallOptions) => Promise<Page<unknown>>;
  return Object.assign(query, {
    all: (input?: object, options?: CallOptions) => listAll(page, input, options),
  });
}
