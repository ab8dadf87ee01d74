import type { ErrorData } from '@truconn/contract';
import type { CallDeps } from '../calls/call.ts';
import { inTime } from '../calls/deadline.ts';
import { readJson } from '../calls/read-json.ts';
import { answerError } from '../calls/to-truconn-error.ts';
import { type CallSession, withSession } from '../calls/with-session.ts';

const EVENT_STREAM = 'text/event-stream';

/**
 * Opens a stream of events. `fetch` and not EventSource: that would put no credential into a header, and not every
 * runtime has one.
 * @param caller gives the attempt up
 * @throws TruConnError
 */
export function connect(
  { transport, keeper, timeoutMs }: CallDeps,
  path: string,
  session: CallSession,
  lastEventId: string | undefined,
  headers: Record<string, string> | undefined,
  caller: AbortSignal,
): Promise<Response> {
  const input = lastEventId ? `?input=${encodeURIComponent(JSON.stringify({ lastEventId }))}` : '';
  return inTime(timeoutMs, caller, ({ signal }) =>
    withSession(keeper, path, session, async ({ accessToken }) => {
      const own = { ...headers, accept: EVENT_STREAM };
      const response = await transport.openStream(path + input, accessToken, own, signal);
      const isStream = response.ok && response.headers.get('content-type')?.startsWith(EVENT_STREAM);
      if (isStream && response.body) return response;
      const answer = await readJson(response);
      throw answerError(response, ((await answer.json()) as { error?: { data: ErrorData } } | null)?.error);
    }),
  );
}
