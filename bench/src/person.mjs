/**
 * Signs somebody up and in and reads their session, over the server's own interface.
 * @param {string} url of the server
 * @returns {Promise<{ email: string, password: string, token: string }>} the token is that of the session
 */
export async function signUpPerson(url) {
  const email = 'asha.patel@example.com';
  const password = 'plum-orbit-lantern-42';
  await call(`${url}/trpc/auth.signUp`, { email, password, firstName: 'Asha', lastName: 'Patel' });
  const answer = await call(`${url}/trpc/auth.signIn`, { identifier: email, password, credential: 'cookie' });
  const token = /sessionid=([0-9a-f]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1];
  if (token === undefined) throw new Error('The sign-in set no session cookie.');
  await send(`${url}/trpc/auth.me`, { headers: { authorization: `Bearer ${token}` } });
  return { email, password, token };
}

function call(url, body) {
  return send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function send(url, request) {
  const answer = await fetch(url, request);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
