import { AppError } from '../../errors/app-error.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { assertConfirmed, type ConfirmOptions } from '../confirm.js';
import { writeData, type OutputOptions } from '../output.js';
import { withKeys } from './with-keys.js';

/** Options of `rollcall keys remove`. */
export type RemoveKeyOptions = OutputOptions & ConfirmOptions;

const reasons: Readonly<Record<string, string>> = {
  not_found: 'there is no such key',
  active_key: 'it is the active key; run `rollcall keys rotate` first',
};

/**
 * `rollcall keys remove <kid>`: removes a signing key; every token that it signed is invalid on every instance when the
 * command ends.
 * @throws {CommandError} for an unknown key, the active key, or without confirmation
 */
export const removeKey = (
  environment: ProcessEnvironment,
  kid: string,
  { json, ...options }: RemoveKeyOptions,
): Promise<number> =>
  withKeys(
    environment,
    async ({ changes }) => {
      await assertConfirmed(environment, `Remove the key ${kid}? Every token that it signed becomes invalid.`, options);
      try {
        await changes.remove(kid, cliActor(environment));
      } catch (error) {
        const reason = error instanceof AppError ? reasons[error.code] : undefined;
        if (!(error instanceof AppError) || reason === undefined) throw error;
        throw new CommandError(`cannot remove key ${kid}: ${reason}`, undefined, { code: error.code });
      }
      if (json === true) writeData(environment, { kid });
      else environment.stdout.write(`key ${kid} removed\n`);
      return exitCodes.ok;
    },
    { mayChange: false },
  );
