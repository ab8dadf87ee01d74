import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mailer, OutgoingMail } from './mailer.ts';
import { buildMessage, type Sender } from './message.ts';

/**
 * Puts mails into a directory as `.eml` files, which mail programs open. A mail that is sent twice is one
 * file; a file is whole or not there.
 */
export function createOutbox(sender: Sender, openOutbox: () => Promise<string>): Mailer {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async send(mail) {
      const directory = await openOutbox();
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const { message } = await composer.sendMail(buildMessage(mail, sender));
      // `buffer: true` gives a Buffer; the type knows streams, too.
      await writeWhole(path.join(directory, nameOf(mail)), message as Buffer);
      return {};
    },
  };
}

function nameOf({ askedAt, jobId }: OutgoingMail): string {
  return `${new Date(askedAt).toISOString().replaceAll(':', '-')}-${jobId}.eml`;
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  // The same name at each try, so that what a killed process left is written over.
  const part = `${file}.part`;
  try {
    // There are links with tokens in it: nobody else may read them.
    const handle = await open(part, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}
