/** A method that changes nothing (RFC 9110 9.2.1), as far as this server answers it. */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
