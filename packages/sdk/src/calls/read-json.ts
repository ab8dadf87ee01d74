import { answerError, networkError } from './to-truconn-error.ts';

/** `fetch` with the client's own settings. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Reads an answer to its end, so that everything that can go wrong on the way has its code.
 * @returns the answer, whose `json()` cannot fail any more
 * @throws TruConnError `NETWORK_ERROR`, `INVALID_RESPONSE`
 */
export async function readJson(fetched: Response | Promise<Response>): Promise<Response> {
  let response: Response;
  let text: string;
  try {
    response = await fetched;
    text = await response.text();
  } catch (cause) {
    throw networkError(cause);
  }
  try {
    const value: unknown = JSON.parse(text);
    return Object.assign(response, { json: async () => value });
  } catch {
    throw answerError(response);
  }
}
