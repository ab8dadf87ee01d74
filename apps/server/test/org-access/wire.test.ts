import { expect, test } from 'vitest';
import { grantAndAsk, mutateAs, queryAs, useTestApp, wish } from '../consent/support.ts';
import type { CallAnswer, Person } from '../support/test-app.ts';

const app = useTestApp();

const REQUEST_FIELDS = [
  'categoryId',
  'decidedAt',
  'expiresAt',
  'id',
  'lastReadAt',
  'maxReads',
  'organization.id',
  'organization.name',
  'organization.verified',
  'purpose',
  'reads',
  'readsLeft',
  'requestedAt',
  'status',
  'user.firstName',
  'user.id',
  'user.lastName',
];

/** Every procedure that answers requests, and who asks. */
const PROCEDURES: [
  name: string,
  call: (asha: Person, hospital: Person, id: string) => Promise<CallAnswer>,
][] = [
  ['orgAccess.request', (asha, hospital) => mutateAs(app(), hospital, 'orgAccess.request', wish(asha))],
  ['orgAccess.incoming', (asha) => queryAs(app(), asha, 'orgAccess.incoming', {})],
  ['orgAccess.outgoing', (_, hospital) => queryAs(app(), hospital, 'orgAccess.outgoing', {})],
  [
    'orgAccess.decide',
    (asha, _, requestId) => mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision: 'approve' }),
  ],
  ['orgAccess.toggle', (asha, _, requestId) => mutateAs(app(), asha, 'orgAccess.toggle', { requestId })],
];

test.each(PROCEDURES)(
  '%s answers the declared fields of a request, and no integer that REST alone shows',
  async (_, call) => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    const { body } = await call(asha, hospital, id);
    const request = body.result.data.items?.[0] ?? body.result.data;
    expect(fieldsOf(request)).toEqual(REQUEST_FIELDS);
  },
);

test('orgAccess.organization answers the declared fields, and neither its integer nor its owner’s address', async () => {
  const hospital = await app().signUpOrganization();
  const { body } = await queryAs(app(), hospital, 'orgAccess.organization', undefined);
  expect(fieldsOf(body.result.data)).toEqual([
    'address',
    'createdAt',
    'id',
    'membership',
    'name',
    'verified',
    'website',
  ]);
});

test('consent.categories answers the declared fields, and not when a category began', async () => {
  const asha = await app().signUp();
  const { body } = await queryAs(app(), asha, 'consent.categories', undefined);
  expect(Object.keys(body.result.data.items[0]).sort()).toEqual([
    'description',
    'fields',
    'id',
    'key',
    'name',
    'notice',
    'recordSchema',
    'source',
  ]);
});

test.each(['categories', 'incoming', 'requestAccess', 'organization'])(
  'compat.%s, which is for REST, is not there under /trpc',
  async (name) => {
    const hospital = await app().signUpOrganization();
    for (const path of [`compat.${name}`, name]) {
      expect(await queryAs(app(), hospital, path, {})).toMatchObject({ status: 404 });
      expect(await mutateAs(app(), hospital, path, {})).toMatchObject({ status: 404 });
    }
  },
);

/** The names of an object's fields, those inside of its objects too. */
function fieldsOf(value: object): string[] {
  return Object.entries(value)
    .flatMap(([name, inner]) =>
      inner !== null && typeof inner === 'object'
        ? fieldsOf(inner).map((field) => `${name}.${field}`)
        : [name],
    )
    .sort();
}
