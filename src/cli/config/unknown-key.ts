import { environmentName, settings } from '../../config/schema/schema.js';
import { suggest } from '../../config/schema/setting.js';
import { CommandError } from '../../server/process/environment.js';

const sectionsOf = (keys: readonly string[]): string[] => [
  ...new Set(
    keys.flatMap((key) => {
      const parts = key.split('.');
      return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
    }),
  ),
];

/** The error for a key, section or variable that does not exist, with a suggestion. */
export const unknownKey = (name: string): CommandError => {
  const keys = [...settings.keys()];
  const isVariable = name.startsWith('ROLLCALL_');
  const near = suggest(name, isVariable ? keys.map(environmentName) : [...keys, ...sectionsOf(keys)]);
  const hint = near === undefined ? '`rollcall config show` lists all settings' : `did you mean ${near}?`;
  return new CommandError(`unknown setting ${name}; ${hint}`, undefined, { code: 'unknown_setting' });
};
