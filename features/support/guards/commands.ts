import childProcess, { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Method, Patches } from './patch.js';

/** A process that is about to start. */
export interface Command {
  /** The program and its arguments; a shell gets its commands as one of them. */
  readonly words: readonly string[];
  /** The working directory. */
  readonly directory: string;
  /** Adds a variable to its environment. */
  setVariable(name: string, value: string): void;
}

type Note = (command: Command) => void;

/** The options of `ChildProcess.spawn()`, to which all asynchronous functions pass theirs. */
interface SpawnOptions {
  readonly args?: readonly string[];
  readonly cwd?: string | URL;
  readonly envPairs?: string[];
}

interface SyncOptions {
  readonly cwd?: string | URL;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const directoryOf = (cwd: string | URL | undefined): string =>
  cwd instanceof URL ? fileURLToPath(cwd) : (cwd ?? process.cwd());

/** Calls a function before this process starts another one. */
export const followCommands = (patches: Patches, note: Note): void => {
  patches.method(ChildProcess.prototype, 'spawn', (original) => {
    return function (...args) {
      const { args: words = [], cwd, envPairs } = (args[0] ?? {}) as SpawnOptions;
      const setVariable = (name: string, value: string): void => {
        envPairs?.push(`${name}=${value}`);
      };
      note({ words, directory: directoryOf(cwd), setVariable });
      return original.apply(this, args);
    };
  });
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    patches.method(childProcess, name, (original) => followSync(original, name !== 'execSync', note));
  }
};

const followSync = (original: Method, takesArguments: boolean, note: Note): Method =>
  function (...args) {
    const [file, list] = args;
    const position = takesArguments && (Array.isArray(list) || list === undefined || list === null) ? 2 : 1;
    const options = (args[position] ?? {}) as SyncOptions;
    // Invalid arguments, which Node.js rejects.
    if (typeof file !== 'string' || typeof options !== 'object') return original.apply(this, args);
    const added: Record<string, string> = {};
    const setVariable = (key: string, value: string): void => {
      added[key] = value;
    };
    const words = [file, ...(Array.isArray(list) ? list.map(String) : [])];
    note({ words, directory: directoryOf(options.cwd), setVariable });
    const changed = { ...options, env: { ...(options.env ?? process.env), ...added } };
    return original.apply(this, position === 2 ? [file, list ?? [], changed] : [file, changed]);
  };
