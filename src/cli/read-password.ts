import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, type ProcessEnvironment } from '../server/process/environment.js';

/** Discards the echo of a terminal. */
const silence = (): Writable =>
  new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });

const ask = async (environment: ProcessEnvironment, question: string): Promise<string> => {
  environment.stderr.write(question);
  const input = environment.stdin as NodeJS.ReadStream;
  const terminal = createInterface({ input, output: silence(), terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    environment.stderr.write('\n');
  }
};

const readAll = async (environment: ProcessEnvironment): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of environment.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

/**
 * Reads a new password: twice without echo on a terminal, otherwise from standard input.
 * @throws {CommandError} if the two differ
 */
export const readNewPassword = async (environment: ProcessEnvironment): Promise<string> => {
  if (environment.stdin.isTTY !== true) return readAll(environment);
  const password = await ask(environment, 'Password: ');
  if ((await ask(environment, 'Repeat the password: ')) !== password) {
    throw new CommandError('the passwords do not match');
  }
  return password;
};

/** Reads an existing password: once without echo on a terminal, otherwise from standard input. */
export const readCurrentPassword = (environment: ProcessEnvironment): Promise<string> =>
  environment.stdin.isTTY === true ? ask(environment, 'Password: ') : readAll(environment);

/** Asks a question on a terminal, with echo. */
export const readLine = async (environment: ProcessEnvironment, question: string): Promise<string> => {
  const input = environment.stdin as NodeJS.ReadStream;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      environment.stderr.write(chunk.toString());
      done();
    },
  });
  const terminal = createInterface({ input, output, terminal: true });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
};
