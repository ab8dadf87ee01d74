import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/domain-error.ts';
import { decodeUtf8, JSON_LIMITS, parseGuardedJson } from '../../src/http/json-guard.ts';

/** The fields of the refusal, or a failure when the text is accepted. */
function refusal(text: string): Record<string, string[]> {
  try {
    parseGuardedJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    const { code, fields } = error as DomainError;
    expect(code).toBe('INVALID_INPUT');
    return fields ?? {};
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`);
}

describe('hostile JSON is refused, and the refusal says where', () => {
  it.each([
    ['the same key twice', '{"a":1,"a":2}', 'a', /more than once/],
    ['the same key twice, spelled with an escape', '{"a":1,"\\u0061":2}', 'a', /more than once/],
    ['the same key twice, deep inside', '{"a":{"b":[0,{"c":1,"c":1}]}}', 'a.b[1].c', /more than once/],
    ['an empty key twice', '[{"":1,"":2}]', '[0].', /more than once/],
    ['the same key around an object', '{"a":{"x":1},"a":{"y":1}}', 'a', /more than once/],
    ['__proto__', '{"__proto__":{"admin":true}}', 'input', /"__proto__"/],
    ['__proto__ spelled with an escape', '{"a":{"__pr\\u006fto__":1}}', 'a', /"__proto__"/],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'input', /"__proto__"/],
    ['constructor', '{"a":[{"constructor":1}]}', 'a[0]', /"constructor"/],
    ['prototype', '{"prototype":1}', 'input', /"prototype"/],
    ['NUL in a string', '{"a":{"b":[1,2,3,"x\\u0000y"]}}', 'a.b[3]', /NUL/],
    ['NUL in a key', '{"a":{"x\\u0000":1}}', 'a', /NUL/],
    ['a lone high surrogate', '{"a":"\\ud800"}', 'a', /surrogate/],
    ['a lone low surrogate in a key', '{"\\udc00":1}', 'input', /surrogate/],
    ['surrogates in the wrong order', '"\\udc00\\ud800"', 'input', /surrogate/],
    ['a number that becomes Infinity', '{"n":1e999}', 'n', /too large/],
    ['a number that becomes -Infinity', '[-1e400]', '[0]', /too large/],
    ['a byte order mark', '\uFEFF{}', 'input', /byte order mark/],
    ['nothing', '', 'input', /not valid JSON/],
    ['a comment', '{"a":1/*x*/}', 'input', /not valid JSON/],
    ['a trailing comma', '[1,]', 'input', /not valid JSON/],
    ['single quotes', "{'a':1}", 'input', /not valid JSON/],
    ['text after the end', '{}{}', 'input', /not valid JSON/],
    ['NaN', '[NaN]', 'input', /not valid JSON/],
    ['a raw control character', '"a\u0001b"', 'input', /not valid JSON/],
    ['a raw NUL', '"a\u0000b"', 'input', /not valid JSON/],
  ])('%s', (_name, text, field, sentence) => {
    const fields = refusal(text);
    expect(Object.keys(fields)).toEqual([field]);
    expect(fields[field]?.[0]).toMatch(sentence);
  });

  it('never quotes what was sent: it may be a password', () => {
    expect(JSON.stringify(refusal('{"password":"hunter2-hunter2" oops'))).not.toContain('hunter2');
    expect(JSON.stringify(refusal('hunter2'))).not.toContain('hunter2');
  });

  it('a very long key comes back short', () => {
    const key = 'k'.repeat(10_000);
    expect(Object.keys(refusal(`{"${key}":1,"${key}":2}`))[0]?.length).toBeLessThan(100);
  });
});

describe('limits are exact', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  it('32 levels are accepted, 33 refused', () => {
    expect(() => parseGuardedJson(nested(JSON_LIMITS.depth))).not.toThrow();
    expect(refusal(nested(JSON_LIMITS.depth + 1)).input?.[0]).toMatch(/32 levels/);
  });

  it('1,000 items are accepted, 1,001 refused, with the path', () => {
    const items = (count: number) => JSON.stringify({ a: { b: Array.from({ length: count }, () => 0) } });
    expect(() => parseGuardedJson(items(1_000))).not.toThrow();
    expect(Object.keys(refusal(items(1_001)))).toEqual(['a.b']);
  });

  it('10,000 keys are accepted, 10,001 refused, wherever they are', () => {
    const keys = (count: number) =>
      JSON.stringify([
        Object.fromEntries(Array.from({ length: count - 1 }, (_, i) => [`k${i}`, i])),
        { last: 1 },
      ]);
    expect(() => parseGuardedJson(keys(10_000))).not.toThrow();
    expect(refusal(keys(10_001)).input?.[0]).toMatch(/10000 keys/);
  });

  it('a megabyte of brackets costs milliseconds and no stack', () => {
    const started = performance.now();
    for (const text of ['['.repeat(1 << 20), '{"a":'.repeat(200_000), nested(1 << 19)]) refusal(text);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([
    ['quotes', '"'.repeat(1 << 20)],
    ['backslashes', `"${'\\\\'.repeat(1 << 19)}"`],
    ['one long string', `"${'x'.repeat(1 << 20)}"`],
    ['colons', ':'.repeat(1 << 20)],
    [
      'duplicates',
      `{${Array.from({ length: 9_999 }, () => '"a":{"b":1}')
        .slice(0, 4_999)
        .join(',')}}`,
    ],
  ])('a megabyte of %s takes time in proportion', (_name, text) => {
    const started = performance.now();
    try {
      parseGuardedJson(text);
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('ordinary JSON passes unchanged', () => {
  const safeKey = fc
    .string({ unit: 'grapheme' })
    .filter((key) => !/^(__proto__|constructor|prototype)$/.test(key) && !key.includes('\0'));
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 8, depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 8 }),
      fc.dictionary(safeKey, tie('value'), { maxKeys: 8 }),
    ),
  }));

  it('returns what JSON.parse returns, with any spacing', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t', ' \n'), (input, space) => {
        const text = JSON.stringify(input, null, space);
        expect(parseGuardedJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts no text that JSON.parse does not: characters that matter, in any order', () => {
    const soup = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '\\"',
        '"a"',
        '1',
        'e9',
        '-',
        ' ',
        'null',
        '\\u0061',
        '/*',
        '\uFEFF',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(soup, (pieces) => {
        const text = pieces.join('');
        const expected = attempt(() => JSON.parse(text));
        const actual = attempt(() => parseGuardedJson(text));
        if (!expected.ok) expect(actual.ok).toBe(false);
        else if (actual.ok) expect(actual.value).toEqual(expected.value);
        // The soup has no bounds to pass: only a duplicate key or a lone mark can refuse valid text.
        else expect(text).toMatch(/"a".*:.*"(a|\\u0061)"/s);
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses any object that gets one of its keys a second time, at any depth', () => {
    const object = fc.dictionary(safeKey, value, { minKeys: 1, maxKeys: 6 });
    fc.assert(
      fc.property(object, fc.nat(), fc.boolean(), value, (members, pick, disguise, wrapper) => {
        const keys = Object.keys(members);
        const key = keys[pick % keys.length] ?? '';
        const again = disguise ? escaped(key) : JSON.stringify(key);
        const text = `${JSON.stringify(members).slice(0, -1)},${again}:0}`;
        expect(Object.values(refusal(`{"w":[${JSON.stringify(wrapper)},${text}]}`))[0]?.[0]).toMatch(
          /more than once/,
        );
      }),
      { numRuns: 500 },
    );
  });

  function escaped(key: string): string {
    const units = Array.from({ length: key.length }, (_, at) =>
      key.charCodeAt(at).toString(16).padStart(4, '0'),
    );
    return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
  }

  function attempt(run: () => unknown): { ok: boolean; value?: unknown } {
    try {
      return { ok: true, value: run() };
    } catch {
      return { ok: false };
    }
  }
});

describe('bytes', () => {
  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('%s is refused, not replaced', (_name, bytes) => {
    expect(() => decodeUtf8(Buffer.from(bytes))).toThrow(DomainError);
  });

  it('a replacement character that was sent as such is kept', () => {
    expect(parseGuardedJson(decodeUtf8(Buffer.from('"\uFFFD é 😀"')))).toBe('\uFFFD é 😀');
  });
});

it('an ordinary body costs microseconds', () => {
  const body = JSON.stringify({
    email: 'asha.verma@example.org',
    password: 'correct horse battery staple',
    firstName: 'Asha',
    lastName: 'Verma',
    role: 'CITIZEN',
    language: 'hi',
    accept: true,
    tags: ['one', 'two'],
    at: 1753,
  });
  const rounds = 20_000;
  const perCall = (run: () => unknown) => {
    for (let i = 0; i < rounds; i++) run();
    const started = performance.now();
    for (let i = 0; i < rounds; i++) run();
    return ((performance.now() - started) * 1000) / rounds;
  };
  const plain = perCall(() => JSON.parse(body));
  const guarded = perCall(() => parseGuardedJson(body));
  console.info(
    `guard: ${guarded.toFixed(2)} µs for ${body.length} bytes (JSON.parse alone ${plain.toFixed(2)} µs)`,
  );
  expect(guarded).toBeLessThan(50);
});
