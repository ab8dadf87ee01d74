/** What goes with a call of a documented URL. */
export interface RestCall {
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** A REST answer as it went over the wire. */
export interface RestAnswer {
  status: number;
  headers: Headers;
  /** The cookies that the answer sets, by name. */
  cookies: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

/**
 * Calls a documented URL, and fails where the OpenAPI document knows no such answer.
 * @param route method and path: `POST /api/register/`
 */
export async function callRest(
  url: string,
  route: `${string} /${string}`,
  { body, headers = {} }: RestCall = {},
): Promise<RestAnswer> {
  const [method = '', path = ''] = route.split(' ');
  const hasBody = body !== undefined;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(hasBody && { 'content-type': 'application/json' }), ...headers },
    ...(hasBody && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const answer = isJson ? JSON.parse(text) : text;
  await requireDocumented(method, path, response.status, answer);
  return {
    status: response.status,
    headers: response.headers,
    cookies: cookiesOf(response.headers),
    body: answer,
  };
}

/** Refusals that every URL has, and that no operation lists. */
const EDGE_STATUSES = new Set([405, 408, 414, 431]);

async function requireDocumented(method: string, path: string, status: number, body: unknown): Promise<void> {
  // Only tests of REST pay for making the document.
  const { expectDocumented, pointerOf } = await import('./openapi.ts');
  if (pointerOf(method, path) === undefined || EDGE_STATUSES.has(status)) return;
  expectDocumented(method, path, status, body);
}

function cookiesOf(headers: Headers): Record<string, string> {
  const pairs = headers.getSetCookie().map((cookie) => /^([^=]+)=([^;]*)/.exec(cookie));
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
