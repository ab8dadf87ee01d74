import { createSuperuser } from './commands/create-superuser.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { dumpSchemaFile } from './commands/dump-schema.ts';
import { importUsersFile } from './commands/import-users.ts';
import { migrateDatabase } from './commands/migrate.ts';
import { rotateMasterKeyOfAll } from './commands/rotate-master-key.ts';
import { rotateReceiptKey } from './commands/rotate-receipt-key.ts';
import { runWorker } from './commands/worker.ts';
import { explainFailure } from './explain-failure.ts';
import { parseSettings, readEnvironment, type Settings } from './settings.ts';

/** A command; what it throws is explained, and the exit code is 1. */
type Command = (settings: Settings, args: string[]) => Promise<void>;

const COMMANDS: Record<string, Command> = {
  createsuperuser: createSuperuser,
  migrate: migrateDatabase,
  'db:dump': dumpSchemaFile,
  demo,
  'import-users': importUsersFile,
  'rotate-master-key': rotateMasterKeyOfAll,
  'rotate-receipt-key': rotateReceiptKey,
  worker: runWorker,
};

const [name = '', ...args] = process.argv.slice(2);
let settings: Settings | undefined;
try {
  // The doctor reads the settings itself: bad ones are its first finding.
  if (name === 'doctor') await doctor();
  else {
    const command = COMMANDS[name];
    if (command === undefined) throw new Error(`There is no command "${name}".`);
    settings = parseSettings(readEnvironment(process.cwd()), process.cwd());
    await command(settings, args);
  }
} catch (error) {
  console.error(explainFailure(error, settings) ?? (error as Error).message);
  process.exitCode = 1;
}
