/**
 * RFC 8785 written a second time, for comparison: names ordered by their UTF-16 code units, nothing
 * between tokens; strings and numbers as ECMAScript serializes them, which the RFC demands.
 */
export function handJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(handJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value).sort(byCodeUnits);
  return `{${names.map((name) => `${JSON.stringify(name)}:${handJson(Reflect.get(value, name))}`).join()}}`;
}

function byCodeUnits(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const difference = one.charCodeAt(index) - other.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
