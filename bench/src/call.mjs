/**
 * Calls a mutation of the server.
 * @param {string} url of the server
 * @param {string} procedure
 * @param {unknown} input
 * @param {string} [token] of the session that calls
 * @returns {Promise<{ result: any, headers: Headers }>}
 * @throws when the server refuses
 */
export async function callProcedure(url, procedure, input, token) {
  const answer = await fetch(`${url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && bearer(token)) },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${procedure} answered ${answer.status}: ${await answer.text()}`);
  const { result } = await answer.json();
  return { result: result.data, headers: answer.headers };
}

/** @param {string} token of a session */
export function bearer(token) {
  return { authorization: `Bearer ${token}` };
}
