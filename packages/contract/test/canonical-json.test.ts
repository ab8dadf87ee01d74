import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../src/ledger.ts';
import { entryPreimage, toCanonicalJson } from '../src/ledger-chain.ts';
import { handJson } from './hand-json.ts';

// https://www.rfc-editor.org/rfc/rfc8785
describe('toCanonicalJson, as RFC 8785 has it', () => {
  test('the example of section 3.2.2', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(toCanonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('names in the order of section 3.2.3: by UTF-16 code units, not by code points', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(
      Object.values(
        JSON.parse(
          `[${toCanonicalJson(value)
            .slice(1, -1)
            .replace(/"(?:[^"\\]|\\.)*":/g, '')}]`,
        ),
      ),
    ).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // Appendix B, by the bits of the IEEE 754 double.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('the number %s is %s', (bits, text) => {
    expect(toCanonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  test('control characters are escaped in lower case, everything else stands as it is', () => {
    expect(toCanonicalJson('\b\t\n\f\r\u0000\u001f\u007f\u2028/<é👩🏽‍⚕️')).toBe(
      '"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028/<é👩🏽‍⚕️"',
    );
  });

  test('two spellings of one letter stay two: nothing is normalized', () => {
    expect(toCanonicalJson('\u00e9')).not.toBe(toCanonicalJson('e\u0301'));
  });

  test.each([
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['half a surrogate pair', '\ud800'],
    ['undefined', undefined],
  ])('what has no JSON form is refused: %s', (_, value) => {
    expect(() => toCanonicalJson(value as Json)).toThrow();
  });

  test('any JSON comes out as by hand, and reads back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>, (value) => {
        const text = toCanonicalJson(value);
        expect(text).toBe(handJson(value));
        expect(toCanonicalJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

test('an entry’s preimage holds its fields and no other, in their canonical order', () => {
  const entry = {
    hash: 'h',
    salt: 's',
    details: { a: 1 },
    note: 'added',
    seq: 1,
    at: '2030-01-01T00:00:00.000Z',
    action: 'CONSENT_GRANTED',
    actor: { id: 'i', kind: 'person', name: 'added' },
    categoryId: 1,
    requestId: null,
    detailsHash: 'd',
    prevHash: 'p',
  } as const;
  expect(entryPreimage(entry)).toBe(
    '{"action":"CONSENT_GRANTED","actor":{"id":"i","kind":"person"},"at":"2030-01-01T00:00:00.000Z",' +
      '"categoryId":1,"detailsHash":"d","prevHash":"p","requestId":null,"seq":1}',
  );
});
