import type { ApiKeyCaller, PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';

/** The only categories that a call may be about: those of its API key. Null where it may be about all. */
export function categoriesOf(caller: PersonCaller | ApiKeyCaller): readonly number[] | null {
  return 'apiKey' in caller ? caller.apiKey.categoryIds : null;
}

/** Whether a call may be about this category. */
export function mayConcern(caller: PersonCaller | ApiKeyCaller, categoryId: number): boolean {
  return categoriesOf(caller)?.includes(categoryId) ?? true;
}

/** @throws DomainError `FORBIDDEN` for a category that the caller's API key is not for */
export function requireCategory(caller: PersonCaller | ApiKeyCaller, categoryId: number): void {
  if (mayConcern(caller, categoryId)) return;
  throw new DomainError('FORBIDDEN', { message: `This API key is not for category ${categoryId}.` });
}
