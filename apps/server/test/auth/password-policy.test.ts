import { describe, expect, it } from 'vitest';
import {
  COMPOSITION_POLICY,
  LENGTH_POLICY,
  type PasswordPolicy,
  requireStrongPassword,
} from '../../src/domain/auth/password-policy.ts';
import { DomainError } from '../../src/domain/domain-error.ts';

const asha = {
  email: 'asha.patel@example.com',
  username: 'moonrise',
  names: ['Asha', 'Patel-Iyer', null, undefined, 'Li'],
};

/** Why a password is refused; nothing when it is not. */
function refusal(password: string, context = asha, policy?: PasswordPolicy): string | undefined {
  try {
    requireStrongPassword(password, context, 'newPassword', policy);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'INVALID_INPUT') throw error;
    return error.fields?.newPassword?.join(' ');
  }
}

describe('a new password has 8 to 256 code points', () => {
  it.each([
    ['8 letters', 'qjxvwzkp', undefined],
    ['7 letters', 'qjxvwzk', 'at least 8'],
    ['8 emoji', '🍋🎺🪐🐙🧵🛶🥁🗝', undefined],
    ['7 emoji, which are 14 UTF-16 units', '🍋🎺🪐🐙🧵🛶🥁', 'at least 8'],
    ['4 letters with 4 marks, which are 4 when composed', 'e\u0301a\u0301o\u0301u\u0301', 'at least 8'],
    ['256 letters', 'qz'.repeat(128), undefined],
    ['257 letters', `${'qz'.repeat(128)}q`, 'at most 256'],
    ['256 emoji, which are 1 KiB', '🍋🎺'.repeat(128), undefined],
    ['257 emoji', `${'🍋🎺'.repeat(128)}🪐`, 'at most 256'],
    [
      '64 letters and spaces',
      'a long sentence that nobody else has ever thought of to type in'.padEnd(64, '!'),
      undefined,
    ],
  ])('%s', (_name, password, reason) => {
    if (reason === undefined) expect(refusal(password)).toBeUndefined();
    else expect(refusal(password)).toContain(reason);
  });

  it('of any kind: no composition is asked for', () => {
    for (const password of ['qjxvwzkpmr', '        ', '७४९२०३८५', 'пароль-на-луне']) {
      expect(refusal(password)).toBeUndefined();
    }
  });
});

describe('a password that many people have is refused', () => {
  it.each([
    'password',
    'PASSWORD',
    '12345678',
    'qwertyuiop',
    'iloveyou',
    'football',
    'Password1',
    '11111111',
  ])('%s', (password) => expect(refusal(password)).toContain('most common'));
});

describe('a password that holds what is known about its owner is refused', () => {
  it.each([
    ['our own name', 'my-TruConn-login'],
    ['the first name', 'xx-ASHA-xx-99'],
    ['half of a double name', '99iyer99-q'],
    ['the e-mail', 'patel-q-77-x'],
    ['the username', 'Moonrise-over-q'],
    ['the whole e-mail', 'x-ASHA.patel@Example.com-x'],
  ])('%s', (_name, password) => expect(refusal(password)).toContain('must not contain'));

  it('but words of three letters and digits alone are not held against it', () => {
    const context = { email: 'li.2024@example.com', username: 'li.2024', names: ['Li', 'Bo'] };
    expect(refusal('limbo-2024-kite', context)).toBeUndefined();
  });

  const nameless = { ...asha, names: [] };

  it('so are the whole e-mail and its whole local part, though no word in them has four letters', () => {
    const context = { ...nameless, email: 'Li.Bo-9@Ab.de' };
    expect(refusal('qq-LI.BO-9-qq', context)).toBe('The password must not contain "li.bo-9".');
    expect(refusal('qqqli.bo9qqq', context)).toBeUndefined();
    const short = { ...nameless, email: 'bo@ab.de' };
    expect(refusal('qq-Bo@AB.de-qq', short)).toBe('The password must not contain "bo@ab.de".');
    expect(refusal('the-bo-of-9-abc', short)).toBeUndefined();
  });

  it('and a local part of digits alone, when it is whole', () => {
    const context = { ...nameless, email: '9876501234@example.com' };
    expect(refusal('my-9876501234-q', context)).toContain('must not contain');
    expect(refusal('my-987650-1234-q', context)).toBeUndefined();
  });

  it.each(['asha.patel@example.com', 'Asha.Patel@Example.com', 'ａｓｈａ.patel@example.com'])(
    'the mail provider is not known about somebody whose username is the e-mail (%s)',
    (username) => {
      const context = { ...nameless, username };
      expect(refusal('the-example-of-9', context)).toBeUndefined();
      expect(refusal('q-patel-q-77', context)).toBe('The password must not contain "patel".');
    },
  );

  it('the mail provider is not known about somebody with a username of their own', () => {
    expect(refusal('the-example-of-9')).toBeUndefined();
  });

  it('and the sentence names the word, never the password', () => {
    expect(refusal('very-secret-asha-1')).toBe('The password must not contain "asha".');
  });
});

describe('the policies of older systems', () => {
  it('take common passwords of eight characters, and nothing else that the strict one refuses', () => {
    expect(refusal('12345678', asha, LENGTH_POLICY)).toBeUndefined();
    expect(refusal('1234567', asha, LENGTH_POLICY)).toContain('at least 8');
    expect(refusal('qz'.repeat(129), asha, LENGTH_POLICY)).toContain('at most 256');
    expect(refusal('my-patel-9', asha, LENGTH_POLICY)).toContain('"patel"');
    expect(refusal('truconn-99', asha, LENGTH_POLICY)).toContain('"truconn"');
  });

  it.each([
    ['Abcdef1!', undefined],
    ['Ünïcöde७!', undefined],
    ['Passw0rd!', undefined],
    ['abcdef1!', 'upper case'],
    ['ABCDEF1!', 'lower case'],
    ['Abcdefg!', 'a digit'],
    ['Abcdefg1', 'special'],
    ['Abcdef1 ', 'special'],
    ['Abcde1!', 'at least 8'],
    ['MyPatel-99', '"patel"'],
  ])('with a composition, %s', (password, reason) => {
    if (reason === undefined) expect(refusal(password, asha, COMPOSITION_POLICY)).toBeUndefined();
    else expect(refusal(password, asha, COMPOSITION_POLICY)).toContain(reason);
  });

  it('ask nothing of a composition where only the length counts', () => {
    expect(refusal('abcdefgh', asha, LENGTH_POLICY)).toBeUndefined();
  });
});
