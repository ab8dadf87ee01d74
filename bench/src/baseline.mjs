// What the parts can do without a framework: bare node:http, pg with named statements, argon2.
// Run by `run.mjs` as a process of its own; says its port over IPC and ends with its parent.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import argon2 from 'argon2';
import pg from 'pg';
import { releaseOnce } from './release-baseline.mjs';
import { FIND_CREDENTIAL, FIND_SESSION, INSERT_SESSION } from './statements.mjs';

// As many connections as the server's pool.
const pool = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE_URL,
  max: Number(process.env.BENCH_POOL_SIZE),
  application_name: 'truconn-bench-baseline',
});

async function readSession(request) {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { rows } = await pool.query({ ...FIND_SESSION, values: [sha256(token)] });
  const [row] = rows;
  if (row === undefined || row.expiresAt.getTime() <= Date.now()) return undefined;
  const { tokenHash, ...answer } = row;
  return answer;
}

async function release(request) {
  const { requestId } = JSON.parse(await readBody(request));
  const session = await readSession(request);
  return session && releaseOnce(pool, session, requestId);
}

async function signIn(request) {
  const { identifier, password } = JSON.parse(await readBody(request));
  const { rows } = await pool.query({ ...FIND_CREDENTIAL, values: [identifier] });
  const [account] = rows;
  if (account === undefined || !(await argon2.verify(account.passwordHash, password))) return undefined;
  const token = randomBytes(20).toString('hex');
  await pool.query({
    ...INSERT_SESSION,
    values: [sha256(token), randomUUID(), account.id, account.credentialEpoch],
  });
  const { passwordHash, credentialEpoch, ...user } = account;
  return { user, token };
}

const ROUTES = { 'GET /session': readSession, 'POST /sign-in': signIn, 'POST /release': release };

const server = createServer(async (request, response) => {
  try {
    const answer = await ROUTES[`${request.method} ${request.url}`]?.(request);
    send(response, answer === undefined ? 401 : 200, answer ?? {});
  } catch (error) {
    console.error(error);
    send(response, 500, {});
  }
});

function send(response, status, body) {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

async function readBody(request) {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += chunk;
  return text;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
// Ctrl-C goes to the whole group; the parent says when.
process.on('SIGINT', () => undefined);
