import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLines } from '../../src/commands/import-users/read-lines.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { HASH, importFile, storedAccounts, toJsonLines } from './support.ts';

// What is kept is what is left then; without it the engine's own timing would decide.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

let count = 0;
const newLine = () => JSON.stringify({ email: `file-${count++}@example.com`, password: HASH });

describe('a file', () => {
  test.each([
    ['a byte order mark', () => `\uFEFF${newLine()}\n`, 1],
    ['CRLF', () => `${newLine()}\r\n${newLine()}\r\n`, 2],
    ['blank lines', () => `\n\n${newLine()}\n \r\n${newLine()}\n\n`, 2],
    ['no end of its last line', () => `${newLine()}\n${newLine()}`, 2],
    ['spaces around', () => `  ${newLine()}\t\n`, 1],
  ])('may have %s', async (_name, content, imported) => {
    const result = await importFile(app, 'jsonl', content());
    expect(result).toMatchObject({ tally: { imported, alreadyThere: 0, refused: 0 }, refused: [] });
  });

  test('of CSV may have a byte order mark, CRLF, blank lines, quotes, and columns in any order and case', async () => {
    await using own = await startTestApp();
    const content = [
      '\uFEFF',
      'id,Password, EMAIL ,"about",last_name,,',
      `1,${HASH},a@example.com,"Says ""hello"", \r\nand more",Patel,,`,
      '',
      `2,"${HASH}",b@example.com,,,,`,
    ].join('\r\n');
    expect((await importFile(own, 'csv', content)).refused).toEqual([]);
    expect(await storedAccounts(own)).toMatchObject([
      { email: 'a@example.com', bio: 'Says "hello", \nand more', last_name: 'Patel' },
      { email: 'b@example.com', bio: null, last_name: null },
    ]);
  });

  test('of CSV may have CRLF after its last column', async () => {
    const content = `email,password\r\na@crlf.example,${HASH}\r\n`;
    expect((await importFile(app, 'csv', content)).refused).toEqual([]);
  });

  test('counts the lines inside of quoted cells', async () => {
    const content = `email,password,bio\na@lines.example,${HASH},"1\n2\n3"\nbad,${HASH},\n`;
    expect((await importFile(app, 'csv', content)).refused).toEqual([expect.stringMatching(/^5: email: /)]);
  });

  test('may hold a quote that never ends: only its own line is lost', async () => {
    const line = (email: string) => `${email},${HASH},x\n`;
    const many = Array.from({ length: 1500 }, (_, index) => line(`never-${index}@example.com`)).join('');
    const content = `email,password,bio\n${line('"a@never.example')}${many}`;
    const { tally, refused } = await importFile(app, 'csv', content);
    expect(refused).toEqual(['2: A quoted cell does not end within 64 KiB.']);
    expect(tally.imported).toBe(1500);
  });

  test.each([
    ['a JSON array', 'jsonl', '[{"email":"a@example.com"}]', /holds a JSON array: write one object per line/],
    ['a long JSON array in one line', 'jsonl', `[${'1,'.repeat(40_000)}1]`, /holds a JSON array/],
    ['UTF-16', 'csv', Buffer.from('\uFEFFemail,password\n', 'utf16le'), /is in UTF-16: save it as UTF-8/],
    ['a header without e-mail', 'csv', 'mail;password\n', /names no column "email"/],
    ['a header with a column twice', 'csv', 'Email, Email\n', /names the column "Email" twice/],
    ['a header with an open quote', 'csv', '"email,password\n', /first line must name the columns/],
  ] as const)('that is %s stops the import with a sentence', async (_name, format, content, sentence) => {
    await expect(importFile(app, format, content)).rejects.toThrow(sentence);
  });

  test.each([1, 2, 3, 7, 64])('is read the same in pieces of %i bytes', async (pieceSize) => {
    await using own = await startTestApp();
    const content = `\uFEFF${toJsonLines([{ email: 'á@example.com', password: HASH, bio: 'ગુજરાતી' }])}\r\n{}\r\nbad`;
    const { tally, refused } = await importFile(own, 'jsonl', content, { pieceSize });
    expect(tally).toEqual({ imported: 1, alreadyThere: 0, refused: 2 });
    expect(refused.map((line) => line.split(':')[0])).toEqual(['3', '4']);
    expect(await storedAccounts(own)).toMatchObject([{ email: 'á@example.com', bio: 'ગુજરાતી' }]);
  });
});

describe('a line', () => {
  const lengths = async (bytes: Buffer) => {
    async function* chunks() {
      yield bytes;
    }
    const found = [];
    for await (const { number, text, problem } of readLines(chunks()))
      found.push([number, text.length, problem]);
    return found;
  };

  test('has up to 64 KiB', async () => {
    const tooLong = 'The line is longer than 64 KiB.';
    expect(await lengths(Buffer.alloc(65_536, 'x'))).toEqual([[1, 65_536, undefined]]);
    expect(await lengths(Buffer.from(`${'x'.repeat(65_537)}\nab`))).toEqual([
      [1, 16, tooLong],
      [2, 2, undefined],
    ]);
  });

  test('that never ends is not kept in memory', async () => {
    let kept = 0;
    async function* endless() {
      for (let index = 0; index < 600; index += 1) yield Buffer.alloc(1_048_576, 'x');
      collectGarbage();
      kept = process.memoryUsage().arrayBuffers;
    }
    const found = [];
    for await (const line of readLines(endless())) found.push(line.problem);
    expect(found).toEqual(['The line is longer than 64 KiB.']);
    expect(kept).toBeLessThan(200 * 1_048_576);
  });
});
