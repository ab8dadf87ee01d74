/**
 * The requests of one connection. Each has its own, as far as there are enough: so no two of them read or write what one
 * request names.
 * @template Request
 * @param {Request[]} requests
 * @param {number} connections
 * @param {number} number of the connection, from 0
 * @returns {Request[]} in their order; to be sent over and over
 */
export function shareOf(requests, connections, number) {
  const first = number % requests.length;
  return requests.filter((_, index) => index % connections === first);
}
