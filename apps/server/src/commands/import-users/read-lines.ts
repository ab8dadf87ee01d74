import { isUtf8 } from 'node:buffer';

/** Longer lines and longer CSV records are refused. */
export const MAX_LINE_BYTES = 65_536;

const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
// Enough to tell what kind of file a line that is too long belongs to.
const KEPT_OF_LONG_LINE = 16;

/** A line of the file without its end; of one with a problem there may be only the beginning. */
export interface Line {
  number: number;
  text: string;
  problem?: string;
}

/**
 * Splits bytes into lines that end with LF or CRLF, in as much memory as the longest line that is accepted: a
 * file without line ends is one line that is too long.
 * @throws Error for UTF-16
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 1;
  let kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(LINE_FEED, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      if (size <= MAX_LINE_BYTES) kept.push(piece.subarray(0, MAX_LINE_BYTES - size));
      size += piece.length;
      if (end === -1) break;
      yield toLine(number, kept, size);
      [number, kept, size] = [number + 1, [], 0];
      start = end + 1;
    }
  }
  if (size > 0) yield toLine(number, kept, size);
}

function toLine(number: number, pieces: Buffer[], size: number): Line {
  const bytes = number === 1 ? withoutMark(Buffer.concat(pieces)) : Buffer.concat(pieces);
  if (size > MAX_LINE_BYTES) {
    const text = bytes.toString('latin1', 0, KEPT_OF_LONG_LINE);
    return { number, text, problem: `The line is longer than ${MAX_LINE_BYTES / 1024} KiB.` };
  }
  if (!isUtf8(bytes)) return { number, text: '', problem: 'The line is not valid UTF-8.' };
  const text = bytes.toString('utf8', 0, bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length);
  return text.includes('\0')
    ? { number, text, problem: 'The line holds a NUL character.' }
    : { number, text };
}

function withoutMark(bytes: Buffer): Buffer {
  if (UTF_16_MARKS.some((mark) => bytes.indexOf(mark) === 0)) {
    throw new Error('The file is in UTF-16: save it as UTF-8 and import that.');
  }
  return bytes.indexOf(BYTE_ORDER_MARK) === 0 ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}
