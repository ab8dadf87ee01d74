import { describe, expect, it } from 'vitest';
import { profileUpdateInputSchema } from '../src/accounts.ts';
import { signUpInputSchema } from '../src/auth.ts';

const person = {
  email: 'asha@example.com',
  password: 'plum-orbit-lantern-42',
  firstName: 'Asha',
  lastName: 'Patel',
};
const organization = {
  email: 'desk@hospital.example',
  password: 'plum-orbit-lantern-42',
  role: 'ORGANIZATION',
  organizationName: 'City Hospital',
};

const wrongFields = (input: object) =>
  signUpInputSchema.safeParse(input).error?.issues.map((issue) => issue.path.join('.')) ?? [];

describe('a person who signs up', () => {
  it('gives both names', () => {
    expect(wrongFields(person)).toEqual([]);
    const { firstName: _first, lastName: _last, ...nameless } = person;
    expect(wrongFields(nameless)).toEqual(['firstName', 'lastName']);
  });

  it.each(['', 'short'])('with the password %j is told of it and of what is missing', (password) => {
    expect(wrongFields({ email: 'x', password })).toEqual(['email', 'password', 'firstName', 'lastName']);
  });

  it.each(['organizationName', 'organizationWebsite', 'organizationAddress'])('gives no %s', (field) => {
    const value = field === 'organizationWebsite' ? 'https://hospital.example' : 'City Hospital';
    expect(wrongFields({ ...person, [field]: value })).toEqual([field]);
    expect(wrongFields({ ...person, role: 'DOCTOR', [field]: value })).toEqual([field]);
  });
});

describe('an organization that signs up', () => {
  it('gives its name and needs no person’s', () => {
    expect(wrongFields(organization)).toEqual([]);
    const { organizationName: _name, ...nameless } = organization;
    expect(wrongFields(nameless)).toEqual(['organizationName']);
  });
});

describe('only fields that are known are taken', () => {
  it.each(['id', 'is_officer', 'is_superuser', 'emailVerified', 'organization', 'number'])(
    'not %s, at sign-up nor in a profile',
    (field) => {
      expect(signUpInputSchema.safeParse({ ...person, [field]: true }).success).toBe(false);
      expect(profileUpdateInputSchema.safeParse({ bio: 'Hi', [field]: true }).success).toBe(false);
    },
  );

  it('and a profile takes neither role nor e-mail nor password', () => {
    for (const field of ['role', 'email', 'password', 'avatar', 'disabledAt']) {
      expect(profileUpdateInputSchema.safeParse({ [field]: 'ADMIN' }).success).toBe(false);
    }
  });
});
