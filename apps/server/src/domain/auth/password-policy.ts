import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '../domain-error.ts';

const MIN_CODE_POINTS = 8;
const MAX_CODE_POINTS = 256;
const MAX_BYTES = 1024;
const MIN_CONTEXT_LETTERS = 4;

/** What an attacker who knows the account would try first. */
export interface PasswordContext {
  email: string;
  username?: string | undefined;
  names: readonly (string | null | undefined)[];
}

// The list holds about 18,000 passwords of eight characters and more, in lower case.
const COMMON = new Set(dictionary['passwords-common'].filter((word) => word.length >= MIN_CODE_POINTS));

/**
 * Refuses a new password that is too short, too long, common, or made of what is known about its owner.
 * Asks for no composition of characters (NIST SP 800-63B-4 3.1.1.2; ASVS 5.0.0 6.2.1, 6.2.4, 6.2.5).
 * @param field the input's name, for the error
 * @throws DomainError `INVALID_INPUT` with the reason on `field`
 */
export function requireStrongPassword(password: string, context: PasswordContext, field: string): void {
  const normalized = password.normalize('NFC');
  const reason = sizeProblem(normalized) ?? guessProblem(normalized.toLowerCase(), context);
  if (reason !== undefined) throw new DomainError('INVALID_INPUT', { fields: { [field]: [reason] } });
}

function sizeProblem(password: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_CODE_POINTS) return `A password has at least ${MIN_CODE_POINTS} characters.`;
  if (length > MAX_CODE_POINTS || Buffer.byteLength(password) > MAX_BYTES) {
    return `A password has at most ${MAX_CODE_POINTS} characters.`;
  }
  return undefined;
}

function guessProblem(password: string, context: PasswordContext): string | undefined {
  if (COMMON.has(password)) return 'This password is among the most common ones; choose another.';
  const word = contextWords(context).find((candidate) => password.includes(candidate));
  return word === undefined ? undefined : `The password must not contain "${word}".`;
}

function contextWords(context: PasswordContext): string[] {
  const localPart = context.email.split('@')[0];
  return ['truconn', localPart, context.username, ...context.names]
    .flatMap((text) => (text ?? '').toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((word) => word.length >= MIN_CONTEXT_LETTERS && /\p{L}/u.test(word));
}
