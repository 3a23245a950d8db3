import { closest, distance } from 'fastest-levenshtein';
import type { Format } from './format.js';

/**
 * When a change takes effect: `live`, on the next request; `new`, for newly issued tokens, hashes and keys; `drain`, after the new
 * resource is ready, while the old one finishes its work; `restart`, after a restart.
 */
export type SettingClass = 'live' | 'new' | 'drain' | 'restart';

/** Options of a setting. */
export interface SettingOptions<T> {
  /** Description in one or two sentences. */
  readonly doc: string;
  readonly class: SettingClass;
  /** Unit of a plain number; durations and sizes include their unit. */
  readonly unit?: string;
  /** As written in YAML; a function if it depends on the machine. */
  readonly default: unknown;
  /** Description of a computed default, for the key reference. */
  readonly defaultText?: string;
  /** Masked in logs, errors and responses. */
  readonly secret?: boolean;
  /** Only valid together with a secret. A rollback does not change it, because it does not change secrets. */
  readonly withSecret?: boolean;
  /**
   * Cannot be overridden at runtime, or not while a secret is set: its value decides where the secret is sent. Otherwise the
   * permission to change settings would include the secret.
   */
  readonly filesOnly?: true | { readonly whileSet: string };
  /** How a secret is shown if a part of it is not secret. */
  readonly mask?: (value: T) => string;
  /** How a long value is shown. */
  readonly summarize?: (value: T) => unknown;
  /** Common variable that also sets the key; the `ROLLCALL_` variable takes precedence. */
  readonly alias?: string;
  /** An example for default.yaml, for keys without a default. */
  readonly example?: string;
  /** Generated once and stored in the data directory if it is not set, except in production. */
  readonly generated?: boolean;
}

/** Replaces secrets wherever settings are shown. */
export const masked = '********';

/** One key of the configuration: description, format, default and class. */
export class Setting<T> {
  constructor(
    readonly format: Format<T>,
    readonly options: SettingOptions<T>,
  ) {}

  /** The default on this machine. */
  defaultValue(): T {
    const { default: given } = this.options;
    const parsed = this.format.parse(typeof given === 'function' ? (given as () => unknown)() : given);
    if (!parsed.ok) throw new TypeError(`a default of the schema is ${parsed.code}: ${String(given)}`);
    return parsed.value;
  }

  /** A value as operators see it: as written in YAML, secrets masked. */
  show(value: T): unknown {
    const { secret, mask, summarize } = this.options;
    if (secret === true && value !== null) return mask?.(value) ?? masked;
    return summarize === undefined ? this.format.show(value) : summarize(value);
  }
}

/** Defines a key. */
export const setting = <T>(format: Format<T>, options: SettingOptions<T>): Setting<T> => new Setting(format, options);

/** Options of an open section. */
export interface OpenSectionOptions<T> {
  /** The description of each key in it. */
  readonly entry: Setting<T>;
  readonly isName: (name: string) => boolean;
  /** What a name must be, for messages. */
  readonly expects: string;
  /** Suggests a name for an invalid one; the result may be invalid as well. */
  readonly correct: (name: string) => string;
  /** An example name for default.yaml. */
  readonly example: string;
}

/** A section whose keys operators define. A key exists if a layer sets it. */
export class OpenSection<T> {
  constructor(readonly options: OpenSectionOptions<T>) {}
}

/** Defines an open section. */
export const openSection = <T>(options: OpenSectionOptions<T>): OpenSection<T> => new OpenSection(options);

/** The settings that a schema describes: the same tree, with values instead of descriptions. */
export type SettingsOf<S> =
  S extends Setting<infer T>
    ? T
    : S extends OpenSection<infer T>
      ? Readonly<Record<string, T>>
      : { readonly [K in keyof S]: SettingsOf<S[K]> };

/**
 * Finds the name that was probably meant.
 * @returns undefined if more than a third of the characters would have to change
 */
export const suggest = (name: string, known: readonly string[]): string | undefined => {
  const shortened = name.slice(0, 200);
  const lower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const best = closest(shortened.toLowerCase(), [...lower.keys()]);
  return distance(shortened.toLowerCase(), best) <= Math.max(2, shortened.length / 3) ? lower.get(best) : undefined;
};
