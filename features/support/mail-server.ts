import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server in this process: it speaks real SMTP, and fails as told. */
export class MailServer {
  readonly taken: string[] = [];
  readonly unknown = new Set<string>();
  #server: SMTPServer | undefined;
  #port = 0;

  /** Starts one on a free port of this machine. */
  static async start(): Promise<MailServer> {
    const server = new MailServer();
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
      disabledCommands: ['STARTTLS', 'AUTH'],
      authOptional: true,
      closeTimeout: 1,
      logger: false,
      onRcptTo: ({ address }, _session, done) => {
        done(this.unknown.has(address) ? Object.assign(new Error('no such person'), { responseCode: 550 }) : null);
      },
      onData: (stream, { envelope }, done) => {
        stream.resume().on('end', () => {
          this.taken.push(...envelope.rcptTo.map(({ address }) => address));
          done();
        });
      },
    });
  }
}
