import { createTruConn, type AppRouter as SdkRouter, type TruConn, type TruConnApi } from '@truconn/sdk';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type AppRouter, appRouter } from '../../src/http/app-router.ts';

// What tRPC keeps on a router at run time, and leaves out of its public type.
type Definitions = Record<string, { _def: { type: 'query' | 'mutation' | 'subscription' } }>;
const procedures = Object.entries(appRouter._def.procedures as unknown as Definitions).map(
  ([path, { _def }]) => ({ path, type: _def.type }),
);

/** How the server is asked when the SDK's function of this name is called. */
async function requestOf(path: string): Promise<{ method: string; url: string; accept: string | null }> {
  const asked = Promise.withResolvers<{ method: string; url: string; accept: string | null }>();
  const truconn = createTruConn({
    baseUrl: 'https://truconn.example',
    retries: 0,
    fetch: async (url, init) => {
      const accept = new Headers(init?.headers).get('accept');
      asked.resolve({ method: init?.method ?? 'GET', url: new URL(String(url)).pathname, accept });
      return Response.json({ error: { message: 'No.', data: { code: 'NOT_FOUND', httpStatus: 404 } } });
    },
  });
  // Types have no functions by their names in a text.
  const called = call(truconn, path, path === 'auth.refresh' ? { refreshToken: 'one' } : {});
  if (called instanceof Promise) await called.catch(() => undefined);
  else await (called as AsyncIterator<unknown>).next().catch(() => undefined);
  return asked.promise;
}

function call(truconn: TruConn, path: string, input: object): unknown {
  let at: unknown = truconn;
  for (const name of path.split('.')) at = (at as Record<string, unknown>)[name];
  return (at as (input: object) => unknown)(input);
}

describe('every procedure of the server', () => {
  it.each(procedures)('$path is called as a $type', async ({ path, type }) => {
    const { method, url, accept } = await requestOf(path);
    expect(url).toBe(`/trpc/${path}`);
    expect(method).toBe(type === 'mutation' ? 'POST' : 'GET');
    expect(accept === 'text/event-stream').toBe(type === 'subscription');
  });

  it('is a function of the SDK, and nothing else is', () => {
    expectTypeOf<keyof Functions<TruConnApi>>().toEqualTypeOf<keyof Procedures<Served>>();
    expectTypeOf<keyof Procedures<Told>>().toEqualTypeOf<keyof Procedures<Served>>();
  });
});

describe('the types of the SDK', () => {
  it('take what the server takes', () => {
    expectTypeOf<Omit<Inputs<Told>, Named>>().toEqualTypeOf<Omit<Inputs<Served>, Named>>();
  });

  it('let the client fill in the credential of a sign-in, and the token of a refresh', () => {
    type SignIn = Inputs<Served>['auth.signIn'];
    expectTypeOf<Inputs<Told>['auth.signIn']>().branded.toEqualTypeOf<
      Omit<SignIn, 'credential'> & { credential?: SignIn['credential'] | undefined }
    >();
    expectTypeOf<Inputs<Told>['auth.refresh']>().toEqualTypeOf<Inputs<Served>['auth.refresh'] | undefined>();
  });

  it('say no event with `undefined`, where the server takes `null`, too', () => {
    interface WatchInput {
      lastEventId?: string | undefined;
    }
    expectTypeOf<Inputs<Told>[Watching]>().toEqualTypeOf<WatchInput | undefined>();
    expectTypeOf<Inputs<Told>[Watching]>().toExtend<Inputs<Served>[Watching]>();
  });

  it('give what the server gives', () => {
    expectTypeOf<Outputs<Told>>().toEqualTypeOf<Outputs<Served>>();
  });

  it('tell queries, mutations and subscriptions apart as the server does', () => {
    expectTypeOf<Kinds<Told>>().toEqualTypeOf<Kinds<Served>>();
  });
});

// The package has its own version of tRPC, so tRPC's helpers of this one do not take its router.
type Told = SdkRouter['_def']['record'];
type Served = AppRouter['_def']['record'];
/** What the test above says one by one. */
type Named = 'auth.signIn' | 'auth.refresh' | Watching;
type Watching = 'consent.watch' | 'orgAccess.watch';

type Flat<Tree, Leaf, Prefix extends string = ''> = {
  [Name in keyof Tree & string as Tree[Name] extends Leaf ? `${Prefix}${Name}` : never]: Tree[Name];
} & UnionToIntersection<
  {
    [Name in keyof Tree & string]: Tree[Name] extends Leaf
      ? object
      : Flat<Tree[Name], Leaf, `${Prefix}${Name}.`>;
  }[keyof Tree & string]
>;
type UnionToIntersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

type Procedures<Routes> = Flat<Routes, { _def: object }>;
type Functions<Api> = Flat<Api, (...args: never) => unknown>;

type Inputs<Routes> = {
  [Path in keyof Procedures<Routes>]: Procedures<Routes>[Path] extends {
    _def: { $types: { input: infer Input } };
  }
    ? // Where there need be no input, tRPC says `void`, the server takes `{}`, too, and the SDK says `undefined`.
      undefined extends Input
      ? Exclude<Input, Record<string, never> | ReturnType<() => void>> | undefined
      : Input
    : never;
};
type Outputs<Routes> = {
  [Path in keyof Procedures<Routes>]: Procedures<Routes>[Path] extends {
    _def: { $types: { output: infer Output } };
  }
    ? Output
    : never;
};
type Kinds<Routes> = {
  [Path in keyof Procedures<Routes>]: Procedures<Routes>[Path] extends { _def: { type: infer Kind } }
    ? Kind
    : never;
};
