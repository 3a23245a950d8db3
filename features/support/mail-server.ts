import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** How a server speaks: in the clear, with TLS on request or from the first byte, or in the clear to whoever logs in. */
export type Manner = 'plain' | 'starttls' | 'tls' | 'login';

const manners: Readonly<Record<Manner, SMTPServerOptions>> = {
  plain: { disabledCommands: ['STARTTLS', 'AUTH'], authOptional: true },
  starttls: { disabledCommands: ['AUTH'], authOptional: true },
  // The certificate is that of the library, which nobody vouches for.
  tls: { secure: true, disabledCommands: ['AUTH'], authOptional: true },
  login: { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
};

/** A mail server in this process: it speaks real SMTP, and fails as told. */
export class MailServer {
  readonly taken: string[] = [];
  /** How the last mail came: encrypted or not, from which user, and by which name the client greeted (EHLO). */
  last: { readonly isEncrypted: boolean; readonly login: string | null; readonly greeting: string } | undefined;
  readonly unknown = new Set<string>();
  /** Whether every mail is deferred. */
  isBusy = false;
  /** The name and password that are right, as `name:password`. */
  login = '';
  /** Whether mails are taken in and never answered. */
  isSilent = false;
  #server: SMTPServer | undefined;
  #port = 0;

  private constructor(public manner: Manner) {}

  /** Starts one on a free port of this machine. */
  static async start(manner: Manner = 'plain'): Promise<MailServer> {
    const server = new MailServer(manner);
    await server.up();
    return server;
  }

  /** Where it listens, or did. */
  get port(): number {
    return this.#port;
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    const server = this.#make();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      const listener = server.listen(this.#port, '127.0.0.1', () => {
        // Later errors are those of clients that went away.
        server.removeAllListeners('error').on('error', () => undefined);
        this.#port = (listener.address() as AddressInfo).port;
        resolve();
      });
    });
    this.#server = server;
  }

  /** Breaks every connection and listens no more. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(resolve);
    });
  }

  #make(): SMTPServer {
    return new SMTPServer({
      ...manners[this.manner],
      closeTimeout: 1,
      logger: false,
      onRcptTo: ({ address }, _session, done) => {
        if (this.isBusy) done(Object.assign(new Error('try again later'), { responseCode: 451 }));
        else done(this.unknown.has(address) ? Object.assign(new Error('no such person'), { responseCode: 550 }) : null);
      },
      onAuth: ({ username = '', password }, _session, done) => {
        const isRight = `${username}:${password ?? ''}` === this.login;
        done(isRight ? null : new Error('who is that?'), isRight ? { user: username } : undefined);
      },
      onData: (stream, { envelope, secure, user, hostNameAppearsAs: greeting }, done) => {
        stream.resume().on('end', () => {
          if (this.isSilent) return;
          this.last = { isEncrypted: secure, login: (user as string | undefined) ?? null, greeting };
          this.taken.push(...envelope.rcptTo.map(({ address }) => address));
          done();
        });
      },
    });
  }
}
