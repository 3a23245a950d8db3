import { createInterface } from 'node:readline';
import { CommandError, type ProcessEnvironment } from '../server/process/environment.js';

/** Asks a question on the terminal. Only `y` and `yes` confirm. */
export const confirm = async (environment: ProcessEnvironment, question: string): Promise<boolean> => {
  environment.stderr.write(question);
  const lines = createInterface({ input: environment.stdin as NodeJS.ReadStream });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => {
        resolve('');
      });
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
};

/** Options of destructive commands. */
export interface ConfirmOptions {
  readonly yes?: boolean;
}

/** The option `--yes`, for commander. */
export const yesOption = ['--yes', 'do not ask for confirmation'] as const;

/**
 * Asks for confirmation, unless `--yes` was given.
 * @param question such as `Erase ada?`
 * @throws {CommandError} without confirmation, or without a terminal to ask on
 */
export const assertConfirmed = async (
  environment: ProcessEnvironment,
  question: string,
  { yes = false }: ConfirmOptions,
): Promise<void> => {
  if (yes) return;
  if (environment.stdin.isTTY !== true) {
    const message = `${question} Confirmation is required: run the command on a terminal, or use --yes`;
    throw new CommandError(message, undefined, { code: 'confirmation_required' });
  }
  if (!(await confirm(environment, `${question} [y/N] `))) {
    throw new CommandError('cancelled; nothing was changed', undefined, { code: 'cancelled' });
  }
};
