import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Options of `startChild`. */
export interface ChildOptions {
  /** Arguments for Node.js, including the file. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Environment variables; NODE_OPTIONS is inherited, so that both sides of a comparison have the same flags. */
  readonly env: NodeJS.ProcessEnv;
}

/** A child process. */
export interface Child {
  /** The first JSON object on standard output with the requested field. */
  readonly output: Readonly<Record<string, unknown>>;
  /** Sends a signal; resolves when the process has exited, or at once for a signal that does not end it. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Sends SIGTERM and waits until the process has exited. */
  stop(): Promise<void>;
}

const inheritedEnvironment = (): NodeJS.ProcessEnv => {
  const flags = process.env['NODE_OPTIONS'];
  return flags === undefined ? {} : { NODE_OPTIONS: flags };
};

const parse = (line: string): Record<string, unknown> => {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/**
 * Starts Node.js and waits for a JSON object with the given field on standard output.
 * @throws {Error} with the last lines of output, if the process exits first
 */
export const startChild = async ({ args, cwd, env }: ChildOptions, field: string): Promise<Child> => {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines: string[] = [];
  const record = (text: string): void => {
    lastLines.push(text);
    if (lastLines.length > 20) lastLines.shift();
  };
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  createInterface({ input: child.stderr }).on('line', record);
  const output = await new Promise<Record<string, unknown>>((resolve, reject) => {
    // All output is read: a full pipe would block the process.
    createInterface({ input: child.stdout }).on('line', (line) => {
      record(line);
      const object = parse(line);
      if (field in object) resolve(object);
    });
    void closed.then(() => reject(new Error(`${args.join(' ')} exited:\n${lastLines.join('\n')}`)));
  });
  return {
    output,
    async signal(name) {
      child.kill(name);
      if (name === 'SIGKILL') await closed;
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
};

/** Arguments for Node.js that run a TypeScript file. */
export const typescriptFile = (path: string): string[] => ['--import', 'tsx', path];
