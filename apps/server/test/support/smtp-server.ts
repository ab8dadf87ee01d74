import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { parseMail, type ReceivedMail } from './mail.ts';

/** How the server behaves; it takes everything unless told otherwise. Change it at any time. */
export interface SmtpBehaviour {
  /** Waits for this before it greets. */
  beforeGreeting?: () => Promise<void>;
  /** The status with which it refuses a recipient. */
  refuseRecipient?: (address: string) => number | undefined;
  refuseSender?: (address: string) => number | undefined;
  /** Called when a whole message is there; it is accepted when this is done, and refused with a status. */
  beforeAccepting?: (mail: ReceivedMail) => Promise<number | undefined>;
}

/** A real SMTP server on a free port of this machine. */
export interface TestSmtpServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Messages that it said yes to, in that order. */
  accepted: ReceivedMail[];
  /** Recipients that somebody tried to send to, refused ones too. */
  recipients: string[];
  /** Who has signed in, so that the server knows their password. */
  signedIn: string[];
  behaviour: SmtpBehaviour;
  /** Cuts all connections, as a server that goes down does. */
  stop(): Promise<void>;
}

export interface SmtpServerOptions {
  /** Lets clients sign in, and offers no TLS to do it in. */
  auth?: boolean;
}

/** @param port a free one unless given */
export async function startSmtpServer(
  behaviour: SmtpBehaviour = {},
  port = 0,
  { auth = false }: SmtpServerOptions = {},
): Promise<TestSmtpServer> {
  const accepted: ReceivedMail[] = [];
  const recipients: string[] = [];
  const signedIn: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // Its certificate would be nobody's.
    disabledCommands: auth ? ['STARTTLS'] : ['AUTH', 'STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username = '' }, _session, done) => {
      signedIn.push(username);
      done(null, { user: username });
    },
    logger: false,
    closeTimeout: 1,
    onConnect: (_session, done) => {
      Promise.resolve(it.behaviour.beforeGreeting?.()).then(() => done(), done);
    },
    onMailFrom: ({ address }, _session, done) => done(refusal(it.behaviour.refuseSender?.(address), address)),
    onRcptTo: ({ address }, _session, done) => {
      recipients.push(address);
      done(refusal(it.behaviour.refuseRecipient?.(address), address));
    },
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        accept(Buffer.concat(chunks)).then(done, done);
      });
    },
  });
  async function accept(raw: Buffer): Promise<Error | null> {
    const mail = await parseMail(raw);
    const error = refusal(await it.behaviour.beforeAccepting?.(mail), mail.to.join());
    if (error === null) accepted.push(mail);
    return error;
  }
  // A client that hangs up in the middle.
  server.on('error', () => undefined);
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  // Listening on TCP gives an address of this kind.
  const address = listening.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => server.close(resolve));
  const it: TestSmtpServer = {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    accepted,
    recipients,
    signedIn,
    behaviour,
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return it;
}

// Servers like to repeat the address.
function refusal(status: number | undefined, address: string): Error | null {
  if (status === undefined) return null;
  return Object.assign(new Error(`<${address}> is not for me`), { responseCode: status });
}
