import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** Modes of a server: without TLS, with STARTTLS, with TLS from the first byte, or without TLS and with authentication. */
export type MailServerMode = 'plain' | 'starttls' | 'tls' | 'login';

const modeOptions: Readonly<Record<MailServerMode, SMTPServerOptions>> = {
  plain: { disabledCommands: ['STARTTLS', 'AUTH'], authOptional: true },
  starttls: { disabledCommands: ['AUTH'], authOptional: true },
  // The certificate is that of the library, which no authority has signed.
  tls: { secure: true, disabledCommands: ['AUTH'], authOptional: true },
  login: { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
};

/** An SMTP server in this process, with configurable failures. */
export class MailServer {
  readonly accepted: string[] = [];
  /** The session of the last email: whether it was encrypted, the user who logged in, and the name in EHLO. */
  lastSession: { readonly isEncrypted: boolean; readonly login: string | null; readonly greeting: string } | undefined;
  readonly unknownRecipients = new Set<string>();
  /** Whether every email is deferred. */
  defersAll = false;
  /** The accepted login, as `name:password`. */
  login = '';
  /** Whether emails are read but never confirmed. */
  isUnresponsive = false;
  #server: SMTPServer | undefined;
  #port = 0;

  private constructor(public mode: MailServerMode) {}

  /** Starts a server on a free port of this machine. */
  static async start(manner: MailServerMode = 'plain'): Promise<MailServer> {
    const server = new MailServer(manner);
    await server.listen();
    return server;
  }

  /** The port on which it listens, or has listened. */
  get port(): number {
    return this.#port;
  }

  /** Listens on the same port as before. */
  async listen(): Promise<void> {
    const server = this.#make();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      const listener = server.listen(this.#port, '127.0.0.1', () => {
        // Later errors are those of clients that have disconnected.
        server.removeAllListeners('error').on('error', () => undefined);
        this.#port = (listener.address() as AddressInfo).port;
        resolve();
      });
    });
    this.#server = server;
  }

  /** Closes all connections and stops listening. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(resolve);
    });
  }

  #make(): SMTPServer {
    return new SMTPServer({
      ...modeOptions[this.mode],
      closeTimeout: 1,
      logger: false,
      onRcptTo: ({ address }, _session, done) => {
        if (this.defersAll) done(Object.assign(new Error('try again later'), { responseCode: 451 }));
        else {
          done(
            this.unknownRecipients.has(address)
              ? Object.assign(new Error('no such recipient'), { responseCode: 550 })
              : null,
          );
        }
      },
      onAuth: ({ username = '', password }, _session, done) => {
        const isRight = `${username}:${password ?? ''}` === this.login;
        done(isRight ? null : new Error('unknown login'), isRight ? { user: username } : undefined);
      },
      onData: (stream, { envelope, secure, user, hostNameAppearsAs: greeting }, done) => {
        stream.resume().on('end', () => {
          if (this.isUnresponsive) return;
          this.lastSession = { isEncrypted: secure, login: (user as string | undefined) ?? null, greeting };
          this.accepted.push(...envelope.rcptTo.map(({ address }) => address));
          done();
        });
      },
    });
  }
}
