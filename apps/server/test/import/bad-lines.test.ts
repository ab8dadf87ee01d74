import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { djangoArgon2, djangoPbkdf2 } from '../auth/django-hashes.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { HASH, importFile, toJsonLines } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const ARGON2 = await djangoArgon2('x');
const FORMATS =
  /^3: password: Must be pbkdf2_sha256\$… or pbkdf2_sha1\$… of up to 5,000,000 iterations, argon2\$/;
const SUPERUSER = 'Administrators are not imported: make them with npm run createsuperuser.';
const FLAG = 'Must be true or false.';

const BAD_FIELDS: [name: string, fields: object, reason: string | RegExp][] = [
  ['no e-mail', { email: undefined }, '3: email: This field is required.'],
  ['a null for an e-mail', { email: null }, '3: email: This field is required.'],
  ['a bad e-mail', { email: 'nobody' }, '3: email: Enter an e-mail address such as jane@example.com.'],
  ['a number for an e-mail', { email: 7 }, '3: email: Must be a text.'],
  ['a list for an e-mail', { email: ['a@example.com'] }, '3: email: Must be a text.'],
  [
    'somebody else’s e-mail as username',
    { username: 'b@example.com' },
    '3: username: A username with @ in it must be your own e-mail address.',
  ],
  ['a username with spaces', { username: 'a b' }, /^3: username: A username has 1 to 150/],
  ['a first name of 151 letters', { first_name: 'x'.repeat(151) }, '3: first_name: At most 150 characters.'],
  ['an unknown role', { role: 'nurse' }, /^3: role: Must be one of CITIZEN, /],
  ['a role under its other name', { user_role: 'nurse' }, /^3: user_role: Must be one of CITIZEN, /],
  ['an administrator', { role: 'admin' }, `3: role: ${SUPERUSER}`],
  ['a superuser', { is_superuser: true }, `3: is_superuser: ${SUPERUSER}`],
  ['a superuser in PostgreSQL’s letters', { is_superuser: 't' }, `3: is_superuser: ${SUPERUSER}`],
  ['an unknown flag', { is_superuser: 'maybe' }, `3: is_superuser: ${FLAG}`],
  [
    'an officer and doctor',
    { role: 'DOCTOR', is_officer: true },
    '3: is_officer: An officer cannot have the role DOCTOR.',
  ],
  ['a list as a flag', { is_officer: [] }, `3: is_officer: ${FLAG}`],
  ['a deactivation that is not clear', { is_active: 'no' }, `3: is_active: ${FLAG}`],
  [
    'an organization without a name',
    { role: 'ORGANIZATION' },
    '3: organization_name: This field is required.',
  ],
  [
    'an organization’s name without the role',
    { organization_name: 'City Hospital' },
    '3: organization_name: Only for the role ORGANIZATION.',
  ],
  [
    'an organization’s bad website',
    { role: 'ORGANIZATION', name: 'A', website: 'javascript:1' },
    /^3: website: Enter an address that starts with https/,
  ],
  ['a bad flag in another spelling', { isActive: 'no' }, `3: isActive: ${FLAG}`],
  ['an administrator in another spelling', { 'User-Role': 'ADMIN' }, `3: User-Role: ${SUPERUSER}`],
  [
    'an officer and doctor in another spelling',
    { role: 'DOCTOR', isOfficer: true },
    '3: isOfficer: An officer cannot have the role DOCTOR.',
  ],
  ['no password', { password: undefined }, '3: password: This field is required.'],
  ['a password in clear', { password: 'plum-orbit-lantern-42' }, FORMATS],
  ['an unknown hash', { password: 'md5$salt$0b2e5a1d3c4f60718293a4b5c6d7e8f9' }, FORMATS],
  ['too many iterations', { password: djangoPbkdf2('x', 1).replace('$1$', '$5000001$') }, FORMATS],
  [
    'too high a cost',
    { password: 'bcrypt_sha256$$2b$17$8Zx3Qm1Vt7Kp0Ls5Wd9YheTCtPBI0Ms1ypl2Roa6wFe5Ry./m169C' },
    FORMATS,
  ],
  [
    'an argon2 hash of too much memory',
    { password: ARGON2.replace('m=64,t=2', 'm=262145,t=1') },
    /^3: password: .*argon2\$argon2i\$… of up to 262,144 KiB, /,
  ],
  [
    'an argon2 hash of too many lanes',
    { password: ARGON2.replace('m=64,t=2,p=8', 'm=136,t=2,p=17') },
    /^3: password: .*, 16 lanes, /,
  ],
  [
    'an argon2 hash of too many passes',
    { password: ARGON2.replace('t=2', 't=33') },
    /^3: password: .*, 32 passes /,
  ],
  [
    'an argon2 hash of too much memory for its passes',
    { password: ARGON2.replace('m=64,t=2', 'm=262144,t=5') },
    /^3: password: .* and 1,048,576 KiB × passes, /,
  ],
  ['argon2d', { password: ARGON2.replace('argon2id', 'argon2d') }, FORMATS],
  [
    'a date in words',
    { date_joined: '1 June 2015' },
    '3: date_joined: Enter a moment such as 2030-01-31T12:00:00Z.',
  ],
  ['a day that is not', { date_joined: '2015-02-30T10:00:00Z' }, /^3: date_joined: Enter a moment /],
  [
    'a date in the future',
    { date_joined: '2999-01-01T00:00:00Z' },
    '3: date_joined: Must not be in the future.',
  ],
  [
    'a date before 1970',
    { created_at: '1969-12-31T23:59:59Z' },
    '3: created_at: Must be a moment in 1970 or later.',
  ],
  ['an unknown language', { language: 'en-us' }, '3: language: Must be one of en, hi, gu.'],
  ['a bad phone number', { phone: 'call me' }, /^3: phone: Enter a phone number /],
  ['a number below zero as phone number', { phone: -9876543210 }, /^3: phone: Enter a phone number /],
  ['half a number as phone number', { mobile: 9876543210.5 }, '3: mobile: Must be a text.'],
  ['a number that JSON has rounded as phone number', { mobile: 2 ** 53 }, '3: mobile: Must be a text.'],
  [
    'a bad address of a page',
    { url: 'javascript:alert(1)' },
    /^3: url: Enter an address that starts with https/,
  ],
  ['a long text', { about: 'x'.repeat(2001) }, '3: about: At most 2000 characters.'],
  ['several at once', { email: 'nobody', language: 'xx' }, /^3: email: .* language: /],
];

describe('a bad line', () => {
  test.each(BAD_FIELDS)(
    'with %s is refused with its number and reason; the others are imported',
    async (name, fields, reason) => {
      const key = `${BAD_FIELDS.findIndex(([one]) => one === name)}`;
      const good = (which: string) => ({ email: `${which}-${key}@example.com`, password: HASH });
      const bad = { ...good('bad'), ...fields };
      const content = toJsonLines([good('first'), good('second'), bad, good('last')]);
      const { tally, refused } = await importFile(app, 'jsonl', content);
      expect(refused).toEqual([typeof reason === 'string' ? reason : expect.stringMatching(reason)]);
      expect(tally).toEqual({ imported: 3, alreadyThere: 0, refused: 1 });
      expect(await app.sql('select 1 from users where email like $1', [`bad-${key}@%`])).toEqual([]);
    },
  );

  test.each([
    ['no JSON', 'email=a@example.com', '2: The text is not valid JSON'],
    ['half an object', '{"email":"a@example.com"', '2: The text is not valid JSON'],
    ['a text', '"a@example.com"', '2: The line is not a JSON object.'],
    ['a list', '[1]', '2: The line is not a JSON object.'],
    ['nothing', 'null', '2: The line is not a JSON object.'],
    ['a key twice', `{"email":"a@example.com","email":"b@example.com","password":"${HASH}"}`, '2: email: '],
    [
      '__proto__',
      `{"__proto__":{"email":"a@example.com"},"password":"${HASH}"}`,
      '2: The key "__proto__" is not accepted.',
    ],
    [
      'deep nesting',
      `{"email":${'['.repeat(40)}${']'.repeat(40)}}`,
      '2: The JSON is nested deeper than 32 levels.',
    ],
    [
      'half a surrogate pair',
      '{"email":"a@example.com","first_name":"\\ud800"}',
      '2: first_name: The text holds half',
    ],
    [
      'NUL escaped',
      '{"email":"a@example.com","first_name":"\\u0000"}',
      '2: first_name: The text holds a NUL',
    ],
    ['NUL', '{"email":"a\0@example.com"}', '2: The line holds a NUL character.'],
    [
      'more than 64 KiB',
      `{"email":"a@example.com","x":"${'x'.repeat(65_536)}"}`,
      '2: The line is longer than 64 KiB.',
    ],
    [
      'bytes that are not UTF-8',
      Buffer.from('{"email":"\xe9@example.com"}', 'latin1'),
      '2: The line is not valid UTF-8.',
    ],
  ])('that holds %s is refused as a whole', async (name, text, reason) => {
    const line = (which: string) =>
      toJsonLines([{ email: `${which}-${name.replace(/\W/g, '')}@lines.example`, password: HASH }]);
    const content = Buffer.concat(
      [line('before'), text, '\n', line('after')].map((part) => Buffer.from(part)),
    );
    const { tally, refused } = await importFile(app, 'jsonl', content);
    expect(refused).toEqual([expect.stringContaining(reason)]);
    expect(tally).toEqual({ imported: 2, alreadyThere: 0, refused: 1 });
  });

  test('of CSV has the same reasons, and those of CSV', async () => {
    const content = [
      'email,password,first_name',
      `a@csv.example,${HASH},Asha`,
      `bad,${HASH},Asha`,
      `b@csv.example,${HASH}`,
      `c@csv.example,${HASH},Asha,more`,
      `d@csv.example,${HASH},As"ha`,
      `e@csv.example,${HASH},Asha`,
      `f@csv.example,${HASH},"Asha`,
      `g@csv.example,${HASH},Asha`,
      `h@csv.example,${HASH},"Asha" Patel`,
      `i@csv.example,${HASH},"${'x'.repeat(65_536)}"`,
      `j@csv.example,${HASH},As\0ha`,
      `k@csv.example,${HASH},Asha`,
      `l@csv.example,${HASH},"Asha"\rbad,${HASH},Ravi`,
      `m@csv.example,${HASH},Asha\rPatel`,
    ].join('\n');
    const { tally, refused } = await importFile(app, 'csv', content);
    expect(refused).toEqual([
      '3: email: Enter an e-mail address such as jane@example.com.',
      '4: There are 2 cells, and the first line names 3 columns.',
      '5: There are 4 cells, and the first line names 3 columns.',
      expect.stringMatching(/^6: Its quotes are not those of CSV/),
      '8: A quoted cell does not end within 64 KiB.',
      expect.stringMatching(/^10: Its quotes are not those of CSV/),
      '11: The line is longer than 64 KiB.',
      '12: The line holds a NUL character.',
      expect.stringMatching(/^14: /),
      '15: first_name: Control characters are not allowed.',
    ]);
    expect(tally).toEqual({ imported: 4, alreadyThere: 0, refused: 10 });
  });

  test('inside of a quoted cell of CSV ends the cell: what it would have held is refused line by line', async () => {
    const content = Buffer.concat([
      Buffer.from(`email,password,bio\na@cell.example,${HASH},"x\n`),
      Buffer.from('\xe9\n', 'latin1'),
      Buffer.from(`y"\nb@cell.example,${HASH},"${'1234567\n'.repeat(10_000)}"\nc@cell.example,${HASH},x\n`),
    ]);
    const { tally, refused } = await importFile(app, 'csv', content);
    expect(refused.slice(0, 3)).toEqual([
      '2: A quoted cell does not end within 64 KiB.',
      '3: The line is not valid UTF-8.',
      // Up to the next quote, which does not close a cell either.
      expect.stringMatching(/^4: /),
    ]);
    expect(refused[3]).toBe('5: A quoted cell does not end within 64 KiB.');
    expect(tally.imported).toBe(1);
  });

  test('never shows a value of the file', async () => {
    const secret = 'sekret-value-77';
    const fields = Object.fromEntries(
      BAD_FIELDS.flatMap(([, extra]) => Object.keys(extra)).map((name) => [name, secret]),
    );
    const { refused } = await importFile(app, 'jsonl', `${toJsonLines([fields])}{"password":"${secret}\n`);
    expect(refused).toHaveLength(2);
    expect(refused.join()).not.toContain('sekret');
  });
});
