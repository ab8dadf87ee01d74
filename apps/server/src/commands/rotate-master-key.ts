import { parseArgs } from 'node:util';
import { migrate } from '../database/migrate.ts';
import { requireMasterKeys } from '../domain/encryption/master-keys-in-use.ts';
import { renewRecordKeys } from '../domain/encryption/renew-record-keys.ts';
import { rotateMasterKey } from '../domain/encryption/rotate-master-key.ts';
import { createEnvelope, type Envelope } from '../encryption/envelope.ts';
import { loadMasterKeys } from '../encryption/master-keys.ts';
import type { Settings } from '../settings.ts';
import { stopOnSignals } from '../signals.ts';
import { type OpenedDatabase, openDatabase } from '../startup.ts';

const WHAT_NOW = `Once every server runs with this MASTER_KEY, MASTER_KEY_FALLBACKS can go.
Keep the former key as long as backups of keys from before now: nothing else opens them.`;

/**
 * `npm run rotate-master-key`: wraps every key anew under MASTER_KEY, with the servers running or not. With
 * `-- --data-keys`, each person also gets a new data key, and their records are encrypted with it. Stopped or killed,
 * it leaves everything readable, and another run does the rest.
 */
export async function rotateMasterKeyOfAll(settings: Settings, args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { 'data-keys': { type: 'boolean', default: false } } });
  const stop = new AbortController();
  const work = rotate(settings, { dataKeys: values['data-keys'], signal: stop.signal });
  stopOnSignals(async () => {
    process.exitCode = 1;
    stop.abort();
    // What it failed with is explained where the command was called.
    await work.catch(() => undefined);
  });
  await work;
}

interface RotateOptions {
  dataKeys: boolean;
  signal: AbortSignal;
}

async function rotate(settings: Settings, options: RotateOptions): Promise<void> {
  const masterKeys = await loadMasterKeys(settings);
  const opened = await openDatabase(settings, { maxConnections: 2 });
  try {
    await migrate(opened);
    await requireMasterKeys(opened.database.kysely, masterKeys);
    const failures = await rotateIn(opened, createEnvelope(masterKeys), options);
    if (options.signal.aborted)
      console.error('Stopped: all can be read as before; another run does the rest.');
    else if (failures.length > 0) complain(failures);
    else if (settings.masterKeyFallbacks.length > 0) console.log(WHAT_NOW);
  } finally {
    await opened.close();
  }
}

/** @returns why some keys and records do not open */
async function rotateIn(
  { database }: OpenedDatabase,
  envelope: Envelope,
  { dataKeys, signal }: RotateOptions,
): Promise<string[]> {
  const { recordKeys, receiptKeys } = await rotateMasterKey(database, envelope, signal);
  console.log(`Wrapped anew: ${recordKeys.done} keys of records, ${receiptKeys.done} of receipts.`);
  const failures = [...recordKeys.failures, ...receiptKeys.failures];
  if (!dataKeys || signal.aborted) return failures;
  const people = await renewRecordKeys(database, envelope, signal);
  console.log(`People whose records have a new key: ${people.done}.`);
  return [...new Set([...failures, ...people.failures])];
}

function complain(failures: readonly string[]): void {
  for (const failure of failures) console.error(failure);
  console.error(`What does not open stays as it is: ${failures.length}.`);
  process.exitCode = 1;
}
