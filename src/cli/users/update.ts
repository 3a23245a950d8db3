import { checkValue } from '../../contract/issues.js';
import { ProfileFields, type ProfilePatch } from '../../contract/user.js';
import { profileChangeOf, updateProfile } from '../../models/accounts/profile.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import type { OutputOptions } from '../output.js';
import { changeAccount } from './change-account.js';

/** Options of `rollcall users update`. An empty value clears the field. */
export interface UpdateUserOptions extends OutputOptions {
  readonly email?: string;
  readonly description?: string;
  readonly currentGoal?: string;
  /** A JSON object, which replaces the metadata. */
  readonly metadata?: string;
}

const usageError = (message: string): CommandError => new CommandError(message, undefined, { code: 'usage' });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError('--metadata is not valid JSON');
  }
};

const textOf = (value: string): string | null => (value === '' ? null : value);

/** @throws {CommandError} that lists everything that is invalid */
const profileOf = ({ email, description, currentGoal, metadata }: UpdateUserOptions): ProfilePatch => {
  const fields = {
    ...(email !== undefined && { email: textOf(email) }),
    ...(description !== undefined && { description: textOf(description) }),
    ...(currentGoal !== undefined && { current_goal: textOf(currentGoal) }),
    ...(metadata !== undefined && { metadata: metadata === '' ? {} : parseJson(metadata) }),
  };
  if (Object.keys(fields).length === 0) {
    throw usageError('nothing to change: give --email, --description, --current-goal or --metadata');
  }
  const checked = checkValue(ProfileFields, fields);
  if (checked.success) return checked.data;
  throw usageError(checked.errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; '));
};

/**
 * `rollcall users update <user>`: changes the profile of an account. A new email address takes effect at once, and a
 * verification link is emailed to it.
 * @throws {CommandError} for invalid values, or an unknown or deleted account
 */
export const updateUser = (
  environment: ProcessEnvironment,
  name: string,
  { json, ...options }: UpdateUserOptions,
): Promise<number> => {
  const profile = profileOf(options);
  return changeAccount(environment, name, { verb: 'update', json }, async ({ trx, actor, user, now }) => {
    const fields = Object.keys(profile);
    await updateProfile(trx, actor, user, { change: profileChangeOf(profile), fields, now });
    return { text: `${user.username} updated\n` };
  });
};
