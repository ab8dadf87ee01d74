/**
 * Remembers every password and token that a test file sends or receives over HTTP, so that `startTestApp` can
 * search logs, mails and the database for them when the app ends. Loaded before each test file.
 */

type Place = 'log' | 'mail' | 'database';

/**
 * What was seen, and where it may stand nevertheless: the token of a link was in a mail; a token that is refused
 * may be in a table, because tests present hashes and ids, too. A password may stand nowhere, right or wrong.
 */
const seen = new Map<string, Place | 'nowhere'>();
const reading = new Set<Promise<void>>();

const PASSWORD_FIELDS =
  /^(password[12]?|currentPassword|newPassword|confirm_(new_)?password|(old|new)_password|password_confirm)$/;
const TOKEN_FIELDS = /^(accessToken|refreshToken|access|refresh|secret)$/;
const MAIL_TOKEN_FIELD = 'token';

// Tests also send words, addresses, digits and hashes as passwords, which logs, mails and tables may well hold.
function isTelling(text: string): boolean {
  return text.length >= 12 && /\d/.test(text) && /[a-z]/i.test(text) && !/[@$\s]/.test(text);
}

function remember(text: unknown, allowed: Place | 'nowhere'): void {
  if (typeof text !== 'string' || !isTelling(text)) return;
  if (allowed === 'nowhere' || !seen.has(text)) seen.set(text, allowed);
}

function rememberFields(value: unknown, allowed: Place | 'nowhere'): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (PASSWORD_FIELDS.test(key)) remember(inner, 'nowhere');
    else if (TOKEN_FIELDS.test(key)) remember(inner, allowed);
    else if (key === MAIL_TOKEN_FIELD) remember(inner, 'mail');
    else rememberFields(inner, allowed);
  }
}

function rememberJson(text: string, allowed: Place | 'nowhere' = 'nowhere'): void {
  try {
    rememberFields(JSON.parse(text), allowed);
  } catch {
    // Hostile bodies are no JSON.
  }
}

function rememberHeaders(headers: Headers): void {
  remember(headers.get('authorization')?.replace(/^\S+\s+/, ''), 'nowhere');
  const cookies = [headers.get('cookie') ?? '', ...headers.getSetCookie()];
  for (const cookie of cookies) remember(/sessionid=([^;]*)/.exec(cookie)?.[1], 'nowhere');
}

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  if (typeof init?.body === 'string') rememberJson(init.body, response.ok ? 'nowhere' : 'database');
  if (response.ok) rememberHeaders(new Headers(init?.headers));
  rememberHeaders(response.headers);
  if (response.headers.get('content-type')?.startsWith('application/json')) {
    const read: Promise<void> = response
      .clone()
      .text()
      .then((body) => rememberJson(body))
      .catch(() => undefined)
      .finally(() => reading.delete(read));
    reading.add(read);
  }
  return response;
};

/** For tests that send the same random texts as passwords and as names. */
export function forgetSecrets(): void {
  seen.clear();
}

/** Where to look: everything that was logged, mailed and stored. */
export interface Findable {
  logs: readonly string[];
  mails: readonly string[];
  rows: readonly string[];
}

/** @throws when a password or token stands where none may stand; says where, and not which */
export async function expectNoSecrets({ logs, mails, rows }: Findable): Promise<void> {
  await Promise.all(reading);
  const places = { log: logs.join('\n'), mail: mails.join('\n'), database: rows.join('\n') };
  for (const [place, text] of Object.entries(places)) {
    for (const [secret, allowed] of seen) {
      if (allowed === place) continue;
      if (text.includes(secret))
        throw new Error(`A password or token stands in a ${place}: ${around(text, secret)}`);
    }
  }
}

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `${text.slice(Math.max(0, at - 120), at)}…${text.slice(at + secret.length, at + secret.length + 40)}`;
}
