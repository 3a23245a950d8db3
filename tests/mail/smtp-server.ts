import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

/** An email that the server received. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Unfolded header lines, by lower-case name. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The decoded text after the headers. */
  readonly body: string;
  readonly isEncrypted: boolean;
}

/** Behaviour of the server. The functions are called for each email. */
export interface SmtpBehaviour {
  /** The error code of the reply to RCPT TO; undefined accepts the recipient. */
  readonly recipient?: (address: string) => number | undefined;
  /** The error code of the reply to the message; undefined accepts it. */
  readonly message?: (mail: ReceivedMail) => Promise<number | undefined> | number | undefined;
  readonly options?: SMTPServerOptions;
}

/** An SMTP server in this process. */
export interface SmtpBench {
  readonly port: number;
  /** Accepted emails. */
  readonly received: ReceivedMail[];
  /** Closes all connections and stops listening. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
}

const replyError = (code: number): Error =>
  Object.assign(new Error(`refused with ${String(code)}`), { responseCode: code });

const parse = (raw: string): Pick<ReceivedMail, 'headers' | 'body'> => {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string[]>();
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const body = raw
    .slice(end + 4)
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return { headers, body };
};

const listen = (server: SMTPServer, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    const listener = server.listen(port, '127.0.0.1', () => {
      // Later errors are caused by clients that disconnect.
      server.removeAllListeners('error').on('error', () => undefined);
      resolve((listener.address() as AddressInfo).port);
    });
  });

/** Starts a server on a free port of 127.0.0.1. By default without TLS and authentication. It is closed after the test. */
export const startSmtp = async (behaviour: SmtpBehaviour = {}): Promise<SmtpBench> => {
  const received: ReceivedMail[] = [];
  const make = (): SMTPServer =>
    new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      authOptional: true,
      closeTimeout: 1,
      logger: false,
      onRcptTo(address, _session, done) {
        const code = behaviour.recipient?.(address.address);
        done(code === undefined ? null : replyError(code));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const mail = {
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            isEncrypted: session.secure,
            ...parse(Buffer.concat(chunks).toString()),
          };
          void Promise.resolve(behaviour.message?.(mail)).then((code) => {
            if (code === undefined) received.push(mail);
            done(code === undefined ? null : replyError(code));
          });
        });
      },
      ...behaviour.options,
    });
  let server = make();
  const port = await listen(server, 0);
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(resolve);
    });
  onTestFinished(down);
  return {
    port,
    received,
    down,
    async up() {
      server = make();
      await listen(server, port);
    },
  };
};
