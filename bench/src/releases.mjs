import { callProcedure } from './call.mjs';
import { untilJobsAreDone } from './database.mjs';
import { signUp } from './person.mjs';

// As many as there are connections: each of them reads the data of one person, whose reads happen one after the other.
export const PEOPLE = 32;
// One organization may read one person's data 1,000 times an hour: four make it 128,000 reads.
const ORGANIZATIONS = 4;
/** Names: `identity`. */
const CATEGORY = 1;

/** @typedef {{ requestId: string, token: string }} Access an approved request, and a session of who asked */

/**
 * Signs people and organizations up and lets each organization read each person's names, over the server's own
 * interface. Ends when the mails about it are sent.
 * @param {{ url: string, databaseUrl: string }} server
 * @returns {Promise<Access[]>} each organization's, in the order of the people
 */
export async function approveReads({ url, databaseUrl }) {
  const people = await signUpMany(url, PEOPLE, (number) => ({
    email: `person-${number}@example.com`,
    firstName: 'Asha',
    lastName: 'Patel',
  }));
  const organizations = await signUpMany(url, ORGANIZATIONS, (number) => ({
    email: `organization-${number}@example.com`,
    role: 'ORGANIZATION',
    organizationName: `Hospital ${number}`,
  }));
  for (const { token } of people) await callProcedure(url, 'consent.grant', { categoryId: CATEGORY }, token);
  const accesses = [];
  for (const { token } of organizations) accesses.push(...(await askAll(url, token, people)));
  await untilJobsAreDone(databaseUrl);
  return accesses;
}

async function signUpMany(url, count, toAccount) {
  const accounts = [];
  for (let number = 1; number <= count; number += 1) accounts.push(await signUp(url, toAccount(number)));
  return accounts;
}

async function askAll(url, token, people) {
  const requests = people.map(({ id: userId }) => ({
    userId,
    categoryId: CATEGORY,
    purpose: 'To greet you by name.',
  }));
  const { result } = await callProcedure(url, 'orgAccess.requestMany', { requests }, token);
  const ids = result.items.map(({ request }) => request.id);
  for (const [index, person] of people.entries()) {
    await callProcedure(
      url,
      'orgAccess.decide',
      { requestId: ids[index], decision: 'approve' },
      person.token,
    );
  }
  return ids.map((requestId) => ({ requestId, token }));
}
