import { parseArgs } from 'node:util';
import { emailSchema } from '@truconn/contract';
import { createPasswords } from '../auth/password.ts';
import { migrate } from '../database/migrate.ts';
import { createAccount } from '../domain/auth/create-account.ts';
import { DomainError } from '../domain/domain-error.ts';
import { Turns } from '../domain/turns.ts';
import { newRequestId } from '../http/security-headers.ts';
import { readEnvironment, type Settings } from '../settings.ts';
import { openDatabase } from '../startup.ts';
import { type Ask, withQuestions } from './prompt.ts';

/**
 * `npm run createsuperuser`: makes an administrator, with the server running or not. Takes
 * `--email` and `--password`, or SUPERUSER_EMAIL and SUPERUSER_PASSWORD, or asks.
 */
export async function createSuperuser(settings: Settings, args: string[]): Promise<void> {
  const { email, password } = await readAccount(args);
  const opened = await openDatabase(settings, { maxConnections: 2 });
  try {
    await migrate(opened);
    const services = {
      database: opened.database,
      passwords: await createPasswords({ slots: settings.hashSlots }),
      turns: new Turns(),
    };
    const caller = { requestId: newRequestId(), ip: null, userAgent: 'createsuperuser' };
    const { person } = await createAccount(services, caller, { email, password, role: 'ADMIN' });
    console.log(`${person.email} is an administrator now.`);
  } catch (error) {
    throw error instanceof DomainError ? new Error(toSentence(error)) : error;
  } finally {
    await opened.close();
  }
}

async function readAccount(args: string[]): Promise<{ email: string; password: string }> {
  const { values } = parseArgs({
    args,
    options: { email: { type: 'string' }, password: { type: 'string' } },
  });
  const env = readEnvironment(process.cwd());
  return withQuestions(async (ask) => {
    const email = values.email ?? env.SUPERUSER_EMAIL ?? (await ask('E-mail: '));
    const parsed = emailSchema.safeParse(email);
    if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'Enter an e-mail address.');
    const password = values.password ?? env.SUPERUSER_PASSWORD ?? (await askPassword(ask));
    return { email: parsed.data, password };
  });
}

async function askPassword(ask: Ask): Promise<string> {
  const password = await ask('Password: ', { hidden: true });
  const again = await ask('Password again: ', { hidden: true });
  if (password !== again) throw new Error('The two passwords differ; start again.');
  return password;
}

function toSentence(error: DomainError): string {
  const sentences = Object.values(error.fields ?? {}).flat();
  return sentences.length > 0 ? sentences.join(' ') : error.message;
}
