/** The path of a request's URL, without the query (which may hold personal data). */
export function pathOf(url: string | undefined): string {
  if (url === undefined) return '';
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** The raw query of a request's URL, without the question mark. */
export function queryOf(url: string | undefined): string {
  const start = url?.indexOf('?') ?? -1;
  return url === undefined || start === -1 ? '' : url.slice(start + 1);
}
