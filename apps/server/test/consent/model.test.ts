import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { Person } from '../support/test-app.ts';
import { ConsentModel } from './model.ts';
import { anyCommands, compareLists, OPENINGS, type World } from './model-commands.ts';
import { stopClock, useTestApp } from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

const RUNS = 50;

// On failure fast-check prints the seed, the path and the shortest sequence that fails; give the two to
// `fc.assert` to see it again.
test(`whatever happens in whatever order, consents, requests and the ledger are as the rules say`, async () => {
  const organizations = [await app().signUpOrganization('One'), await app().signUpOrganization('Two')];
  const admin = await app().signUpAdmin();
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(OPENINGS.length - 1), anyCommands(40), async (opening, commands) => {
      const world = await newWorld(admin, organizations);
      const model = new ConsentModel([1, 2]);
      try {
        for (const step of OPENINGS[opening] ?? []) await step.run(model, world);
        await fc.asyncModelRun(() => ({ model, real: world }), commands);
        await compareLists(model, world);
      } finally {
        vi.useRealTimers();
      }
      for (const action of model.ledger) seen.add(action);
    }),
    { numRuns: RUNS, endOnFailure: false },
  );
  // A model that never gets anywhere proves nothing.
  expect(seen.size).toBeGreaterThanOrEqual(12);
}, 120_000);

async function newWorld(admin: Person, organizations: Person[]): Promise<World> {
  const person = await app().signUp();
  stopClock();
  return { app: app(), person, admin, organizations, startedAt: Date.now(), ids: [] };
}
