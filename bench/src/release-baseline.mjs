import { createHash, randomBytes } from 'node:crypto';
import {
  CHARGE,
  FIND_CONSENT,
  FIND_REQUEST,
  FIND_SOURCE,
  FIND_SUBJECT,
  INSERT_ENTRY,
  INSERT_EVENTS,
  LOCK_LEDGER,
  SAVE_READ,
} from './release-statements.mjs';

const HOUR_MILLISECONDS = 3_600_000;

/**
 * One read of one request, by the statements of the server's own: counts it, and releases what the person has consented
 * to, in one transaction with its entry in their ledger.
 * @param {import('pg').Pool} pool
 * @param {{ organizationId: string, id: string }} session of who reads
 * @param {string} requestId
 */
export async function releaseOnce(pool, { organizationId, id: memberId }, requestId) {
  const subject = await one(pool, FIND_SUBJECT, [organizationId, [requestId]]);
  if (subject === undefined) return undefined;
  const clock = Date.now();
  // Under a key of its own: the server's limit is for the server's reads.
  const key = `baseline:${organizationId}:${subject.personId}`;
  await one(pool, CHARGE, [key, 1, clock + HOUR_MILLISECONDS, clock]);
  return transact(pool, (client) => release(client, { organizationId, memberId, requestId, ...subject }));
}

async function release(client, { organizationId, memberId, requestId, personId, categoryId }) {
  const head = await one(client, LOCK_LEDGER, [personId]);
  const now = new Date();
  const request = await one(client, FIND_REQUEST, [now, now, requestId, personId]);
  const consent = await one(client, FIND_CONSENT, [personId, categoryId]);
  const source = await one(client, FIND_SOURCE, [categoryId, personId]);
  if (request.status !== 'APPROVED' || consent.granted !== true) throw new Error('It is not allowed.');
  const data = Object.fromEntries(consent.agreedFields.map((name) => [name, source[name]]));
  const reads = request.reads + 1;
  await one(client, SAVE_READ, [reads, now, requestId]);
  const details = JSON.stringify({
    organization: { id: organizationId, name: request.organizationName },
    purpose: request.purpose,
    fields: Object.keys(data),
    reads,
  });
  const seq = head.seq + 1;
  const salt = randomBytes(16);
  const entry = [
    personId,
    seq,
    now,
    'ACCESS_READ',
    'organization',
    organizationId,
    categoryId,
    requestId,
    sha256(salt, details),
    head.hash,
  ];
  const hash = sha256(JSON.stringify(entry));
  const ofDetails = [personId, seq, salt, details];
  await one(client, INSERT_ENTRY, [...entry, hash, ...ofDetails, seq, now, hash, personId]);
  const actor = { kind: 'organization', id: organizationId, memberId };
  const { status, decidedAt } = request;
  const event = { organizationId, at: now, action: 'ACCESS_READ', requestId, status, decidedAt, reads };
  const noted = JSON.stringify([{ ...event, ...actor, place: 0 }]);
  await one(client, INSERT_EVENTS, [noted]);
  return { request, data, readAt: now };
}

async function transact(pool, work) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function one(client, statement, values) {
  const { rows } = await client.query({ ...statement, values });
  return rows[0];
}

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
