/** The pattern for `ilike` that finds this text anywhere, its own `%` and `_` being nothing special. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
