import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a process is started. */
export interface ChildOptions {
  /** Arguments of Node, the file among them. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Its environment, but for NODE_OPTIONS, which it shares with the benchmark: both sides run under the same flags. */
  readonly env: NodeJS.ProcessEnv;
}

/** A running process of ours. */
export interface Child {
  /** The first JSON object on its standard output that has the wanted field. */
  readonly announced: Readonly<Record<string, unknown>>;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

const sharedEnvironment = (): NodeJS.ProcessEnv => {
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
 * Starts Node on a file and waits until it says the wanted field.
 * @throws {Error} with what it wrote, when it ends before
 */
export const startChild = async ({ args, cwd, env }: ChildOptions, field: string): Promise<Child> => {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...sharedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  const keep = (text: string): void => {
    written.push(text);
    if (written.length > 20) written.shift();
  };
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  createInterface({ input: child.stderr }).on('line', keep);
  const announced = await new Promise<Record<string, unknown>>((resolve, reject) => {
    // The pipe is read to the end: a full one would stop the process.
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      const said = parse(line);
      if (field in said) resolve(said);
    });
    void closed.then(() => reject(new Error(`${args.join(' ')} has ended:\n${written.join('\n')}`)));
  });
  return {
    announced,
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
};

/** Arguments that run a TypeScript file of this folder with Node. */
export const typescriptFile = (path: string): string[] => ['--import', 'tsx', path];
