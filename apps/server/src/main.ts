import path from 'node:path';
import { buildApp } from './app.ts';
import { createPasswords } from './auth/password.ts';
import { loadSigningKeys } from './auth/secrets.ts';
import { migrate } from './database/migrate.ts';
import { requireMasterKeys } from './domain/encryption/master-keys-in-use.ts';
import { loadMasterKeys } from './encryption/master-keys.ts';
import { explainFailure } from './explain-failure.ts';
import { keepYoungGenerationSmall } from './heap.ts';
import { closeGracefully } from './http/shutdown.ts';
import { startJobRunner } from './jobs/job-runner.ts';
import { parseSettings, readEnvironment, type Settings } from './settings.ts';
import { stopOnSignals } from './signals.ts';
import { openDatabase } from './startup.ts';

const DRAIN_SECONDS = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

async function start(settings: Settings): Promise<void> {
  const signingKeys = await loadSigningKeys(settings);
  const masterKeys = await loadMasterKeys(settings);
  const opened = await openDatabase(settings, { report: (line) => say(`  ${line}`) });
  try {
    const applied = await migrate(opened);
    if (applied.length > 0) say(`  The database is set up (${applied.length} migrations).`);
    await requireMasterKeys(opened.database.kysely, masterKeys);
    const app = await buildApp({
      settings,
      signingKeys,
      masterKeys,
      database: opened.database,
      directUrl: opened.directUrl,
      passwords: await createPasswords({ slots: settings.hashSlots }),
    });
    await app.listen({ host: settings.host, port: settings.port });
    const { directUrl } = opened;
    const jobs = settings.jobs ? startJobRunner({ settings, directUrl, log: app.log }) : undefined;
    stopOnSignals(async () => {
      say('Stopping: finishing what is under way …');
      await Promise.all([closeGracefully(app, { drainSeconds: DRAIN_SECONDS }), jobs?.stop()]);
      await opened.close();
      say('Stopped.');
    });
    welcome(settings, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function welcome(settings: Settings, { place, notices }: { place: string; notices: string[] }): void {
  for (const notice of notices) say(`  ${notice}`);
  say('');
  say(`TruConn is ready at ${settings.publicUrl}`);
  say(`  The data is in ${place}`);
  if (settings.smtpUrl === undefined) say(`  Mails become files in ${path.join(settings.dataDir, 'outbox')}`);
  if (settings.production) return;
  say(`  The REST APIs, to read and to try: ${settings.publicUrl}/api/docs`);
  say('  Try next, in another terminal:');
  say('    npm run demo                 the whole story in one screen');
  say('    npm run createsuperuser      an administrator of your own');
  say('    npm run doctor               what this installation still lacks');
  say('  Ctrl-C stops it.');
}

keepYoungGenerationSmall();
let settings: Settings | undefined;
try {
  settings = parseSettings(readEnvironment(process.cwd()), process.cwd());
  await start(settings);
} catch (error) {
  const sentence = explainFailure(error, settings);
  if (sentence === undefined) console.error('TruConn could not start, for a reason it does not know:', error);
  else console.error(sentence);
  process.exit(1);
}
