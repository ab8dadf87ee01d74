import { DECISIONS, type Decision } from '@truconn/contract';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CallAnswer, Person, TestApp } from '../support/test-app.ts';
import type { ConsentModel, ModelRequest, Refusal } from './model.ts';
import { publish, withdraw } from './notices-support.ts';
import { advanceClock, mutateAs, readAll, readLedger } from './support.ts';

/** The real thing beside the model: `ids` are the requests in the order in which they were made. */
export interface World {
  app: TestApp;
  person: Person;
  admin: Person;
  organizations: Person[];
  startedAt: number;
  ids: string[];
}

export type ConsentCommand = fc.AsyncCommand<ConsentModel, World, boolean>;

const CATEGORIES = [1, 2];

/**
 * What can happen, at random. A request is named by how many were made after it, modulo how many there
 * are; what leads on comes more often than what ends, so that every status is reached.
 */
export function anyCommands(size: number) {
  const categoryId = fc.constantFrom(1, 1, 1, 2);
  const seconds = fc.option(fc.integer({ min: 1, max: 25 }), { freq: 3 });
  const which = fc.nat(2);
  const decision = fc.constantFrom<Decision>('approve', 'approve', 'pause', 'resume', ...DECISIONS);
  const granting = fc.tuple(categoryId, seconds).map(([id, end]) => grant(id, end));
  const reads = fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 });
  const asking = fc
    .tuple(fc.nat(1), categoryId, seconds, reads)
    .map(([by, id, end, maxReads]) => ask(by, id, end, maxReads));
  const deciding = fc.tuple(which, decision).map(([back, step]) => decide(back, step));
  const passing = fc.integer({ min: 1, max: 15 }).map(advance);
  const commands: fc.Arbitrary<ConsentCommand>[] = [
    ...[granting, granting, asking, asking, deciding, deciding, deciding, deciding],
    fc.oneof(categoryId.map(revoke), categoryId.map(toggle)),
    fc.tuple(categoryId, fc.nat(15)).map(([id, grace]) => supersede(id, grace)),
    which.map(toggleRequest),
    ...[which.map(read), which.map(read), which.map(read)],
    ...[passing, passing],
  ];
  // Unbiased: short sequences reach little.
  return fc.noBias(fc.commands(commands, { maxCommands: size, size: 'max' }));
}

/** Where a run can begin: at nothing, and further and further on. */
export const OPENINGS: readonly (readonly ConsentCommand[])[] = [
  [],
  [grant(1, null), ask(0, 1, null)],
  [grant(1, 20), ask(0, 1, 10), decide(0, 'approve')],
  [grant(1, 10), ask(0, 1, 20), decide(0, 'approve'), decide(0, 'pause')],
  [grant(1, null), ask(0, 1, null), decide(0, 'deny'), ask(0, 1, 5), advance(6)],
  [grant(1, 20), ask(0, 1, null, 2), decide(0, 'approve'), read(0)],
  [grant(1, 20), ask(0, 1, null), decide(0, 'approve'), supersede(1, 10)],
];

const momentAt = (world: World, second: number) => new Date(world.startedAt + second * 1000).toISOString();

function grant(categoryId: number, seconds: number | null): ConsentCommand {
  return command(`grant(${categoryId}, ${seconds})`, async (model, world) => {
    const end = seconds === null ? null : model.now + seconds;
    model.grant(categoryId, end);
    const expiresAt = end === null ? null : momentAt(world, end);
    return [await mutateAs(world.app, world.person, 'consent.grant', { categoryId, expiresAt }), undefined];
  });
}

function revoke(categoryId: number): ConsentCommand {
  return command(`revoke(${categoryId})`, async (model, world) => {
    model.revoke(categoryId);
    return [await mutateAs(world.app, world.person, 'consent.revoke', { categoryId }), undefined];
  });
}

function toggle(categoryId: number): ConsentCommand {
  return command(`toggle(${categoryId})`, async (model, world) => {
    model.toggle(categoryId);
    return [await mutateAs(world.app, world.person, 'consent.toggle', { categoryId }), undefined];
  });
}

function ask(
  organization: number,
  categoryId: number,
  seconds: number | null,
  maxReads: number | null = null,
): ConsentCommand {
  return command(`ask(${organization}, ${categoryId}, ${seconds}, ${maxReads})`, async (model, world) => {
    const end = seconds === null ? null : model.now + seconds;
    const expected = model.ask(organization, categoryId, { end, maxReads });
    const answer = await mutateAs(
      world.app,
      world.organizations[organization] as Person,
      'orgAccess.request',
      {
        userId: world.person.user.id,
        categoryId,
        purpose: 'A model.',
        expiresAt: end === null ? null : momentAt(world, end),
        maxReads,
      },
    );
    if (expected === undefined || typeof expected === 'string') return [answer, expected];
    const index = model.requests.indexOf(expected);
    world.ids[index] ??= answer.body.result?.data.id;
    expect(answer.body.result?.data).toMatchObject({ id: world.ids[index], status: expected.status });
    return [answer, undefined];
  });
}

function decide(which: number, decision: Decision): ConsentCommand {
  return onRequest(`${decision}(${which})`, which, async (model, world, request, requestId) => {
    const refusal = model.decide(request, decision);
    return [await mutateAs(world.app, world.person, 'orgAccess.decide', { requestId, decision }), refusal];
  });
}

function toggleRequest(which: number): ConsentCommand {
  return onRequest(`toggleRequest(${which})`, which, async (model, world, request, requestId) => {
    const refusal = model.toggleRequest(request);
    return [await mutateAs(world.app, world.person, 'orgAccess.toggle', { requestId }), refusal];
  });
}

function read(which: number): ConsentCommand {
  return onRequest(`read(${which})`, which, async (model, world, request, requestId) => {
    const refusal = model.read(request);
    const organization = world.organizations[request.organization] as Person;
    const answer = await mutateAs(world.app, organization, 'orgAccess.read', { requestId });
    if (refusal === undefined) {
      const { data, request: after } = answer.body.result?.data ?? {};
      expect(data).toMatchObject(request.categoryId === 1 ? { lastName: 'Patel' } : { mobile: null });
      expect(after).toMatchObject({ status: request.status, reads: request.reads });
    }
    return [answer, refusal];
  });
}

function advance(seconds: number): ConsentCommand {
  return {
    check: async () => true,
    toString: () => `advance(${seconds})`,
    async run(model, world) {
      model.advance(seconds);
      advanceClock(seconds);
      await compare(model, world);
    },
  };
}

function supersede(categoryId: number, seconds: number): ConsentCommand {
  return {
    check: async () => true,
    toString: () => `supersede(${categoryId}, ${seconds})`,
    async run(model, world) {
      const end = model.now + seconds;
      model.supersede(categoryId, end);
      const { version } = await publish(world.admin, categoryId);
      await withdraw(world.admin, categoryId, version - 1, momentAt(world, end));
      await compare(model, world);
    },
  };
}

type Outcome = [answer: CallAnswer, refusal: Refusal];

function command(name: string, act: (model: ConsentModel, world: World) => Promise<Outcome>): ConsentCommand {
  return {
    check: async () => true,
    toString: () => name,
    async run(model, world) {
      const [answer, refusal] = await act(model, world);
      expect(answer.body.error?.data.code, JSON.stringify(answer.body)).toBe(refusal);
      await compare(model, world);
    },
  };
}

function onRequest(
  name: string,
  which: number,
  act: (model: ConsentModel, world: World, request: ModelRequest, id: string) => Promise<Outcome>,
): ConsentCommand {
  const made = command(name, (model, world) => {
    const index = model.requests.length - 1 - (which % model.requests.length);
    return act(model, world, model.requests[index] as ModelRequest, world.ids[index] as string);
  });
  return Object.assign(made, { check: async (model: Readonly<ConsentModel>) => model.requests.length > 0 });
}

/** Everything that anybody can see is as the model says. */
async function compare(model: ConsentModel, world: World): Promise<void> {
  const { consent, orgAccess } = world.person.client;
  const { items } = await consent.list.query();
  const stands = items.filter(({ categoryId }) => CATEGORIES.includes(categoryId));
  expect(stands.map(({ categoryId, granted, askAgain }) => [categoryId, granted, askAgain])).toEqual(
    CATEGORIES.map((id) => [id, model.consent(id).granted, model.asksAgain(id)]),
  );
  const incoming = await readAll((page) => orgAccess.incoming.query(page));
  expect(incoming.map(({ id, status, reads }) => [id, status, reads])).toEqual(
    model.requests.map(({ status, reads }, index) => [world.ids[index], status, reads]).reverse(),
  );
  expect((await readLedger(world.person)).map(({ action }) => action)).toEqual(model.ledger);
}

/** What the organizations see, and what the lists' filters show: compared once, at the end. */
export async function compareLists(model: ConsentModel, world: World): Promise<void> {
  for (const [index, organization] of world.organizations.entries()) {
    const outgoing = await readAll((page) => organization.client.orgAccess.outgoing.query(page));
    const own = outgoing.filter(({ user }) => user.id === world.person.user.id);
    const expected = model.requests.filter((request) => request.organization === index);
    expect(own.map(({ status }) => status)).toEqual(expected.map(({ status }) => status).reverse());
  }
  for (const status of new Set(model.requests.map((request) => request.status))) {
    const { items } = await world.person.client.orgAccess.incoming.query({ status });
    expect(items).toHaveLength(model.requests.filter((request) => request.status === status).length);
  }
}
