import type { ReceiptKeySet } from '@truconn/contract';
import { isReceiptKey } from '@truconn/contract/receipt-verification';

/** How keys are fetched. */
export interface FetchReceiptKeysOptions {
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Gives it up. There is no other limit of time. */
  signal?: AbortSignal | undefined;
}

/** Thousands of keys; a server that sends more is none of ours. */
const MAX_BYTES = 1_048_576;

/**
 * Fetches the keys by which a server's receipts are verified. They are public, and nobody has to be signed in. Keep
 * them: they verify old receipts when the server is gone. A receipt of a key that is not among them needs newer ones; a
 * browser may answer from its cache for five minutes.
 * @param baseUrl as `createTruConn` takes it
 * @throws Error where the server cannot be reached, answers anything but keys, or too much
 * @example
 * import { fetchReceiptKeys } from '@truconn/sdk/verify';
 *
 * const keys = await fetchReceiptKeys('https://truconn.example');
 * for (const { kid } of keys.keys) console.log(kid);
 */
export async function fetchReceiptKeys(
  baseUrl: string,
  options: FetchReceiptKeysOptions = {},
): Promise<ReceiptKeySet> {
  const url = `${baseUrl.replace(/\/$/, '')}/.well-known/jwks.json`;
  const { fetch = globalThis.fetch, signal } = options;
  const response = await fetch(url, signal === undefined ? {} : { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const keys = readKeys(await readText(response));
  if (keys === undefined) throw new Error(`${url} answered no set of keys.`);
  return { keys };
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let [text, bytes] = ['', 0];
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MAX_BYTES) {
      await reader?.cancel();
      throw new Error(`${response.url} answered more than ${MAX_BYTES} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

// What is no key for receipts is left out (RFC 7517 5): a newer server may have other kinds, too.
function readKeys(text: string) {
  try {
    const { keys } = JSON.parse(text);
    return Array.isArray(keys) ? keys.filter(isReceiptKey) : undefined;
  } catch {
    return undefined;
  }
}
