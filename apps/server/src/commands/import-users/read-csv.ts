import { parse as parseCsv } from 'csv-parse/sync';
import { columnKey } from './columns.ts';
import type { Entry } from './entry.ts';
import { type Line, MAX_LINE_BYTES } from './read-lines.ts';

/**
 * Reads a header line and then one account per record (RFC 4180); a quoted cell may go over several lines. A
 * quote that does not end costs its own line alone: reading goes on with the line after it.
 * @throws Error for a header that cannot be read, or names a column twice or no e-mail
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<Entry> {
  const source = new LineSource(lines);
  let header: string[] | undefined;
  for (let line = await source.next(); line !== undefined; line = await source.next()) {
    if (line.problem === undefined && line.text.trim() === '') continue;
    const read = await readRecord(source, line);
    if (header !== undefined) yield toEntry(line.number, header, read);
    else if ('problem' in read) throw new Error(`The first line must name the columns. ${read.problem}`);
    else header = toHeader(read.cells);
  }
}

type ReadRecord = { cells: string[] } | { problem: string };

async function readRecord(source: LineSource, first: Line): Promise<ReadRecord> {
  if (first.problem !== undefined) return { problem: first.problem };
  // Without a quote there is nothing but commas.
  if (!first.text.includes('"')) return { cells: first.text.split(',') };
  const more: Line[] = [];
  let text = first.text;
  let isOpen = opensOrEnds(text);
  while (isOpen) {
    const line = await source.next();
    if (line !== undefined) more.push(line);
    const isTooLong = line !== undefined && text.length + line.text.length > MAX_LINE_BYTES;
    if (line === undefined || line.problem !== undefined || isTooLong) {
      source.giveBack(more);
      return { problem: `A quoted cell does not end within ${MAX_LINE_BYTES / 1024} KiB.` };
    }
    text += `\n${line.text}`;
    isOpen = !opensOrEnds(line.text);
  }
  try {
    // One record, whose cells are texts: line ends are inside of quotes alone.
    const [cells = []] = parseCsv(text, { record_delimiter: '\n' });
    return { cells };
  } catch {
    source.giveBack(more);
    return {
      problem: 'Its quotes are not those of CSV: a cell with a quote in it is quoted, and the quote doubled.',
    };
  }
}

// A quote inside of a quoted cell is doubled: an odd number opens a cell, or ends the one that was open.
function opensOrEnds(text: string): boolean {
  return (text.split('"').length - 1) % 2 === 1;
}

function toEntry(line: number, header: string[], read: ReadRecord): Entry {
  if ('problem' in read) return { line, problem: read.problem };
  const { cells } = read;
  if (cells.length !== header.length) {
    return {
      line,
      problem: `There are ${cells.length} cells, and the first line names ${header.length} columns.`,
    };
  }
  return { line, record: Object.fromEntries(header.map((name, index) => [name, cells[index]])) };
}

function toHeader(cells: string[]): string[] {
  const header = cells.map((name) => name.trim());
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`The first line names the column "${twice}" twice.`);
  if (!header.some((name) => columnKey(name) === 'email')) {
    throw new Error(
      'The first line names no column "email": it must name the columns, with commas between them.',
    );
  }
  return header;
}

/** Lines that can be given back. */
class LineSource {
  readonly #lines: AsyncIterator<Line>;
  #given: Line[] = [];

  constructor(lines: AsyncIterable<Line>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async next(): Promise<Line | undefined> {
    const given = this.#given.shift();
    if (given !== undefined) return given;
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  giveBack(lines: Line[]): void {
    this.#given = [...lines, ...this.#given];
  }
}
