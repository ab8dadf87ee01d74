import { DomainError } from '../domain-error.ts';

const UNIQUE_VIOLATION = '23505';

/** Turns the database's refusal of a second account with one e-mail or username into the domain's words. */
export function translateTaken(error: unknown): never {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === UNIQUE_VIOLATION && constraint === 'users_email_key') throw new DomainError('EMAIL_TAKEN');
  if (code === UNIQUE_VIOLATION && constraint === 'users_username_canonical_key') {
    throw new DomainError('USERNAME_TAKEN');
  }
  throw error;
}
