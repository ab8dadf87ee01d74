import { invalidField } from './domain-error.ts';

// A zone's offset can carry 9999 over; ISO 8601 writes later years with a sign, which few readers know.
export const LAST_MOMENT = new Date('9999-12-31T23:59:59.999Z');

/** @throws DomainError `INVALID_INPUT` on `expiresAt` for a moment that is not in the future, or in no year of four digits */
export function futureMoment(moment: string | null | undefined, now: Date): Date | null {
  if (moment === undefined || moment === null) return null;
  const end = new Date(moment);
  if (end <= now) throw invalidField('expiresAt', 'The end must be in the future.');
  if (end > LAST_MOMENT) throw invalidField('expiresAt', 'The end must be before the year 10000.');
  return end;
}
