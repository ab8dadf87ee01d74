import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';
import { buildMessage, type Sender } from './message.ts';

/** A server that says nothing for so long is given up, until the next try. */
const SILENCE_MS = 15_000;
/** One mail takes no longer, however slowly a server trickles. */
const SEND_MS = 40_000;

/**
 * Sends by SMTP, one connection a mail: mails are rare, and a pool's idle connections are what servers cut.
 * `smtps:` is TLS from the first byte; `smtp:` takes STARTTLS where the server offers it, and insists on it
 * where there is a password to give away, unless the address ends in `?requireTLS=false`.
 */
export function createSmtpMailer(sender: Sender, smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: SILENCE_MS,
    // Whoever sits between could hide the server's offer of TLS, and would be given the password.
    requireTLS: new URL(smtpUrl).password !== '',
  });
  return {
    async send(mail, signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]);
      try {
        await transport.sendMail({ ...buildMessage(mail, sender), signal: limit });
        return {};
      } catch (error) {
        const status = permanentRefusal(error);
        if (status === undefined) throw error;
        return { refusedWith: status };
      }
    },
  };
}

// RFC 5321 4.2.1: 5yz is for good. Only what is said of this recipient or this message is about this mail;
// a refused sender or a failed sign-in is for the administrator to mend, and then the mail can go.
function permanentRefusal(error: unknown): number | undefined {
  const { responseCode = 0, command } = error as { responseCode?: number; command?: string };
  const aboutThisMail = command === 'RCPT TO' || command === 'DATA';
  return aboutThisMail && responseCode >= 500 && responseCode < 600 ? responseCode : undefined;
}
