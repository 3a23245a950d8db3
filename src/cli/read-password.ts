import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StartError, type Host } from '../server/host.js';

/** Swallows what a terminal would echo. */
const silence = (): Writable =>
  new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });

const ask = async (host: Host, question: string): Promise<string> => {
  host.stderr.write(question);
  const input = host.stdin as NodeJS.ReadStream;
  const terminal = createInterface({ input, output: silence(), terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    host.stderr.write('\n');
  }
};

const readAll = async (host: Host): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of host.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

/**
 * A new password: asked for twice on a terminal, without echo; else read from standard input.
 * @throws {StartError} when the two differ
 */
export const readNewPassword = async (host: Host): Promise<string> => {
  if (host.stdin.isTTY !== true) return readAll(host);
  const password = await ask(host, 'Password: ');
  if ((await ask(host, 'Repeat the password: ')) !== password) throw new StartError('the passwords do not match');
  return password;
};
