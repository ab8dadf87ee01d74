import { describe, expect, test } from 'vitest';
import { useTestApp } from '../consent/support.ts';
import { endingOf } from '../support/calls.ts';
import { startTestApp } from '../support/test-app.ts';
import { HASH, importFile, importRecords, storedAccounts, toJsonLines } from './support.ts';

const EVERYTHING = {
  email: 'Asha@Example.COM',
  username: 'Asha.P',
  first_name: 'Asha',
  last_name: 'Patel',
  role: 'doctor',
  password: HASH,
  date_joined: '2015-06-01T10:00:00.123456+05:30',
  language: 'gu',
  mobile: '+91 98765 43210',
  address: '1 Station Road\nSurat',
  location: 'Surat',
  url: 'https://asha.example',
  bio: 'Hello',
};

const JOINED = '2015-06-01T10:00:00Z';

const shared = useTestApp();
let count = 0;

/** Imports one account beside those of other tests, and reads what was stored. */
async function importOne(fields: object) {
  const email = `one-${count++}@example.com`;
  const { refused } = await importRecords(shared(), { email, password: HASH, ...fields });
  expect(refused).toEqual([]);
  const [account] = await storedAccounts(shared(), email);
  return { email, account };
}

describe('an imported account', () => {
  test('has every field of its line', async () => {
    await using app = await startTestApp();
    await importRecords(app, EVERYTHING);
    expect(await storedAccounts(app)).toEqual([
      {
        email: 'asha@example.com',
        username: 'Asha.P',
        username_canonical: 'asha.p',
        first_name: 'Asha',
        last_name: 'Patel',
        role: 'DOCTOR',
        password_hash: HASH,
        created_at: new Date('2015-06-01T04:30:00.123Z'),
        disabled: false,
        email_verified_at: null,
        language: 'gu',
        bio: 'Hello',
        mobile: '+91 98765 43210',
        address: '1 Station Road\nSurat',
        location: 'Surat',
        url: 'https://asha.example',
        organization: null,
        website: null,
        organization_address: null,
        membership: null,
        seq: 0,
        events: 1,
      },
    ]);
  });

  test('needs an e-mail and a password alone', async () => {
    const before = Date.now();
    const { email, account } = await importOne({ first_name: '', bio: null });
    expect(account).toMatchObject({
      username: email,
      first_name: null,
      role: 'CITIZEN',
      language: 'en',
      bio: null,
      disabled: false,
    });
    expect(account?.created_at.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('has the moment it joined in its id, and so has its organization', async () => {
    await using app = await startTestApp();
    const joined = { date_joined: '2015-06-01T10:00:00Z', role: 'organization', name: 'City Hospital' };
    await importRecords(app, { email: 'asha@example.com', password: HASH, ...joined });
    const rows = await app.sql<{ id: string; created_at: Date }>(
      'select id, created_at from users union all select id, created_at from organizations',
    );
    expect(rows.map(({ id }) => [Number.parseInt(id.replace('-', '').slice(0, 12), 16), id[14]])).toEqual([
      [Date.parse(joined.date_joined), '7'],
      [Date.parse(joined.date_joined), '7'],
    ]);
    expect(rows.map(({ created_at }) => created_at.toISOString())).toEqual(
      Array(2).fill('2015-06-01T10:00:00.000Z'),
    );
  });

  test.each([
    ['2015-06-01 10:00:00+00', '2015-06-01T10:00:00.000Z'],
    ['2015-06-01 10:00:00.5+05:30', '2015-06-01T04:30:00.500Z'],
    ['2015-06-01T10:00:00-08', '2015-06-01T18:00:00.000Z'],
    ['2015-06-01T10:00:00+0530', '2015-06-01T04:30:00.000Z'],
    ['2015-06-01 10:00:00.123456', '2015-06-01T10:00:00.123Z'],
    ['2015-06-01T10:00:00', '2015-06-01T10:00:00.000Z'],
    ['2015-06-01', '2015-06-01T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('may have joined at %s', async (date_joined, moment) => {
    const { account } = await importOne({ date_joined });
    expect(account?.created_at.toISOString()).toBe(moment);
  });

  test.each([
    [{ role: 'CITIZEN' }, 'CITIZEN'],
    [{ role: 'patient' }, 'PATIENT'],
    [{ user_role: 'DOCTOR' }, 'DOCTOR'],
    [{ role: 'officer' }, 'OFFICER'],
    [{ is_officer: true }, 'OFFICER'],
    [{ is_officer: 'True', role: 'citizen' }, 'OFFICER'],
    [{ is_officer: 1, role: 'OFFICER' }, 'OFFICER'],
    [{ is_officer: 'f', is_superuser: 0, is_active: 'T' }, 'CITIZEN'],
  ])('with %o has the role %s', async (fields, role) => {
    expect((await importOne(fields)).account).toMatchObject({ role, disabled: false });
  });

  test.each([
    [
      {
        organization_name: 'City Hospital',
        organization_website: 'https://city.example',
        organization_address: 'Surat',
      },
    ],
    [{ name: 'City Hospital', website: 'https://city.example', address: 'Surat' }],
  ])('of an organization has its organization and owns it: %o', async (fields) => {
    const { email, account } = await importOne({ role: 'Organization', ...fields });
    expect(account).toMatchObject({
      role: 'ORGANIZATION',
      organization: 'City Hospital',
      website: 'https://city.example',
      organization_address: 'Surat',
      address: null,
      membership: 'owner',
    });
    const { user } = await shared().signIn(email);
    expect(user.organization).toMatchObject({ name: 'City Hospital', membership: 'owner' });
  });

  test.each([
    [{ phone: '+91 98765 43210', about: 'Hello' }],
    [{ phone_no: '+91 98765 43210', bio: 'Hello', name: 'passed over', is_staff: true, groups: [], pk: 7 }],
  ])('is read under the names of older systems: %o', async (fields) => {
    expect((await importOne(fields)).account).toMatchObject({ mobile: '+91 98765 43210', bio: 'Hello' });
  });

  test.each([
    {
      firstName: 'Asha',
      LastName: 'Patel',
      dateJoined: JOINED,
      isActive: 'False',
      phoneNo: '+91 98765 43210',
    },
    {
      'First Name': 'Asha',
      'last-name': 'Patel',
      createdAt: JOINED,
      'IS ACTIVE': 'f',
      PHONE: '+91 98765 43210',
    },
    {
      FIRST_NAME: 'Asha',
      lastname: 'Patel',
      'Date Joined': JOINED,
      is_Active: '0',
      Mobile: '+91 98765 43210',
    },
  ])('is read in any spelling of the names, from CSV as from JSON lines: %o', async (fields) => {
    for (const format of ['csv', 'jsonl'] as const) {
      const email = `spelt-${count++}@example.com`;
      const line = { 'E-Mail': email, passwordHash: HASH, isOfficer: 'true', USERROLE: 'officer', ...fields };
      const csv = `${Object.keys(line).join(',')}\n${Object.values(line).join(',')}\n`;
      const { refused } = await importFile(shared(), format, format === 'csv' ? csv : toJsonLines([line]));
      expect(refused).toEqual([]);
      expect(await storedAccounts(shared(), email)).toMatchObject([
        {
          first_name: 'Asha',
          last_name: 'Patel',
          created_at: new Date(JOINED),
          disabled: true,
          mobile: '+91 98765 43210',
          role: 'OFFICER',
        },
      ]);
    }
  });

  test('of an organization is read in any spelling', async () => {
    const fields = {
      ROLE: 'ORGANIZATION',
      organizationName: 'City',
      OrganizationWebsite: 'https://city.example',
    };
    const { account } = await importOne({ ...fields, 'organization-address': 'Surat' });
    expect(account).toMatchObject({
      organization: 'City',
      website: 'https://city.example',
      organization_address: 'Surat',
    });
  });

  test.each([
    ['csv', 'firstName,first_name,FIRST-NAME,last_name', ',Asha,Ravi,Patel'],
    ['jsonl', '', '"firstName":"","first_name":"Asha","FIRST-NAME":"Ravi","last_name":"Patel"'],
  ] as const)('has the first of two spellings that is not empty, from %s', async (format, names, values) => {
    const email = `first-${format}@example.com`;
    const content =
      format === 'csv'
        ? `email,password,${names}\n${email},${HASH}${values.replace(/^/, ',')}\n`
        : `{"email":"${email}","password":"${HASH}",${values}}\n`;
    expect((await importFile(shared(), format, content)).refused).toEqual([]);
    expect(await storedAccounts(shared(), email)).toMatchObject([{ first_name: 'Asha', last_name: 'Patel' }]);
  });

  test('whose deactivation is spelt otherwise cannot sign in', async () => {
    const { email } = await importOne({ isActive: false });
    expect(await endingOf(shared().signIn(email))).toBe('INVALID_CREDENTIALS');
  });

  test.each(['mobile', 'phone', 'phone_no'])('may have a number under %s', async (name) => {
    expect((await importOne({ [name]: 9876543210 })).account).toMatchObject({ mobile: '9876543210' });
  });

  test('is taken out of the wrapping of Django’s dumpdata', async () => {
    const fields = { email: 'wrapped@example.com', password: HASH, username: 'wrapped' };
    await importRecords(shared(), { model: 'auth.user', pk: 1, fields });
    expect(await storedAccounts(shared(), fields.email)).toMatchObject([{ username: 'wrapped' }]);
  });

  test('is the same from CSV and from JSON lines', async () => {
    await using fromCsv = await startTestApp();
    await using fromJson = await startTestApp();
    const hospital = {
      email: 'desk@city.example',
      password: HASH,
      role: 'ORGANIZATION',
      organization_name: 'City, "Hospital"',
    };
    const records: Record<string, string>[] = [
      EVERYTHING,
      { ...hospital, date_joined: '2016-01-01T00:00:00Z' },
    ];
    const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = records.map((record) => columns.map((name) => quote(record[name] ?? '')).join(','));
    const csv = await importFile(fromCsv, 'csv', [columns.join(','), ...rows].join('\n'));
    const json = await importFile(fromJson, 'jsonl', toJsonLines(records));
    expect(csv).toMatchObject({ tally: { imported: 2, alreadyThere: 0, refused: 0 }, refused: [] });
    expect(json).toEqual(csv);
    expect(await storedAccounts(fromCsv)).toEqual(await storedAccounts(fromJson));
  });

  test('leaves one line in the audit log, which says its role and no more', async () => {
    await using app = await startTestApp();
    await importRecords(app, { email: 'a@example.com', password: HASH, role: 'doctor' });
    expect(
      await app.sql(
        `select action, actor_id, subject_id = (select id from users) as own, ip, user_agent, details,
           now() - at < interval '1 minute' as recent from audit_events`,
      ),
    ).toEqual([
      {
        action: 'user.imported',
        actor_id: null,
        own: true,
        ip: null,
        user_agent: 'import-users',
        details: { role: 'DOCTOR' },
        recent: true,
      },
    ]);
    const admin = await app.signUpAdmin();
    const { items } = await admin.client.admin.audit.list.query({ action: 'user.imported' });
    expect(items).toHaveLength(1);
  });
});
