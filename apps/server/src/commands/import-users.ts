import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../database/migrate.ts';
import { newRequestId } from '../http/security-headers.ts';
import type { Settings } from '../settings.ts';
import { stopOnSignals } from '../signals.ts';
import { openDatabase } from '../startup.ts';
import { importEntries } from './import-users/import-entries.ts';
import { type OpenFile, openFile } from './import-users/open-file.ts';
import { countLines, describeTally, Progress, type Tally } from './import-users/progress.ts';
import { readCsv } from './import-users/read-csv.ts';
import { readJson } from './import-users/read-json.ts';
import { readLines } from './import-users/read-lines.ts';

const READERS = { jsonl: readJson, csv: readCsv };
type Format = keyof typeof READERS;
const FORMATS: Record<string, Format> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
  '.csv': 'csv',
};
const ALREADY_THERE = 'already there: an account has this e-mail address, and stays as it is.';
const USAGE = 'npm run import-users -- FILE --format jsonl, or --format csv';

/**
 * `npm run import-users FILE`: makes accounts of the users of older systems, with the server running or not. Goes
 * on after bad lines and names each on stderr; the exit code is 1 when there was one. Stopped or killed, it
 * leaves whole accounts behind, and another run imports the rest. `--list-already-there` names on stderr, too,
 * each line whose account was there already: in a first run, somebody has registered that address before.
 */
export async function importUsersFile(settings: Settings, args: string[]): Promise<void> {
  const { file, format, listAlreadyThere } = readArguments(args);
  const source = await openFile(file);
  const stop = new AbortController();
  const entries = READERS[format](readLines(source.pieces));
  const options = { entries, place: source.place, listAlreadyThere, signal: stop.signal };
  const work = runImport(settings, options).finally(() => source.close());
  stopOnSignals(async () => {
    process.exitCode = 1;
    stop.abort();
    // What it failed with is explained where the command was called.
    await work.catch(() => undefined);
  });
  await work;
}

interface RunOptions {
  entries: ReturnType<typeof readJson>;
  place: OpenFile['place'];
  listAlreadyThere: boolean;
  signal: AbortSignal;
}

async function runImport(
  settings: Settings,
  { entries, place, listAlreadyThere, signal }: RunOptions,
): Promise<void> {
  const opened = await openDatabase(settings, { maxConnections: 2 });
  const tally: Tally = { imported: 0, alreadyThere: 0, refused: 0 };
  try {
    await migrate(opened);
    await importEntries({
      database: opened.database,
      caller: { requestId: newRequestId(), ip: null, userAgent: 'import-users' },
      entries,
      tally,
      progress: new Progress({ place, write: (line) => console.error(line) }),
      refuse: tellLine,
      tellAlreadyThere: (line) => listAlreadyThere && tellLine(line, ALREADY_THERE),
      signal,
    });
  } catch (error) {
    tellStopped(tally);
    throw error;
  } finally {
    await opened.close();
  }
  if (signal.aborted) tellStopped(tally);
  else finish(tally);
}

function tellLine(line: number, sentence: string): void {
  console.error(`Line ${line}: ${sentence}`);
}

function finish(tally: Tally): void {
  if (countLines(tally) === 0) throw new Error('The file holds no accounts.');
  console.log(`${describeTally(tally)}.`);
  if (tally.refused > 0) process.exitCode = 1;
}

function tellStopped(tally: Tally): void {
  if (countLines(tally) === 0) return;
  console.error(`Stopped: ${describeTally(tally)}. Who is imported stays; another run imports the rest.`);
}

function readArguments(args: string[]): { file: string; format: Format; listAlreadyThere: boolean } {
  const { values, positionals } = parseArgs({
    args,
    options: { format: { type: 'string' }, 'list-already-there': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new Error(`Name one file: ${USAGE}.`);
  const name = values.format ?? FORMATS[path.extname(file).toLowerCase()];
  if (name !== 'jsonl' && name !== 'csv') {
    throw new Error(
      values.format === undefined
        ? `${file} ends in none of ${Object.keys(FORMATS).join(', ')}; say what it is: ${USAGE}.`
        : `There is no format "${name}": ${USAGE}.`,
    );
  }
  return { file, format: name, listAlreadyThere: values['list-already-there'] };
}
