import { describe, expect, test } from 'vitest';
import { useTestApp } from '../consent/support.ts';
import { statementsOf } from '../support/statements.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { approve, endingOf, readAs } from './support.ts';

interface Statement {
  name?: string;
  text: string;
}

const app = useTestApp();

/** What one read asks of the database; what is told after the commit is no part of it. */
async function askedBy(instance: TestApp, organization: Person, requestId: string): Promise<Statement[]> {
  const statements = await statementsOf(async () => {
    expect(endingOf(await readAs(instance, organization, requestId))).toBe('released');
  });
  return statements.map(toStatement).filter(({ text }) => !text.startsWith('select pg_notify'));
}

function toStatement(sent: unknown): Statement {
  if (typeof sent === 'string') return { text: sent };
  const { name, text } = sent as Statement;
  return { ...(name !== undefined && { name }), text: text.replaceAll(/\s+/g, ' ').trim() };
}

describe('the statements of a read', () => {
  test('are those of the benchmark’s baseline, by the same names: bench/src/release-statements.mjs', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await approve(asha, hospital);
    const [session, subject, charge, begin, ...rest] = await askedBy(app(), hospital, id);
    expect([session?.name, begin?.text, rest.pop()?.text]).toEqual(['session_by_id', 'begin', 'commit']);
    const baseline = await import(`${import.meta.dirname}/../../../../bench/src/release-statements.mjs`);
    expect([subject, charge, ...rest]).toEqual(baseline.RELEASE_STATEMENTS);
  });

  test('have no names behind a pooler that cannot track them', async () => {
    await using pooled = await startTestApp({ database: app().database, env: { STATEMENT_NAMES: 'off' } });
    const [asha, hospital] = [await pooled.signUp(), await pooled.signUpOrganization()];
    await asha.client.profile.records.set.mutate({ categoryId: 4, data: { bloodGroup: 'A+' } });
    const { id } = await approve(asha, hospital, { categoryId: 4 });
    const asked = await askedBy(pooled, hospital, id);
    expect(asked.filter(({ name }) => name !== undefined)).toEqual([]);
    expect(asked).toHaveLength((await askedBy(app(), hospital, id)).length);
  });

  test('are one and the same, however many are read at once', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const ids = [await approve(asha, hospital), await approve(asha, hospital, { categoryId: 2 })];
    const askedFor = (requestIds: string[]) =>
      statementsOf(() => hospital.client.orgAccess.readMany.mutate({ requestIds }));
    const [one, two] = [
      await askedFor(ids.slice(0, 1).map(({ id }) => id)),
      await askedFor(ids.map(({ id }) => id)),
    ].map((sent) => sent.map(toStatement).find(({ name }) => name === 'request_subjects'));
    expect(one).toEqual(two);
    expect(one).toBeDefined();
  });
});
