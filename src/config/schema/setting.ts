import type { Format } from './format.js';

/**
 * What a change of a setting means while the service runs: `live`, the next request sees it; `new`, what is issued from
 * now on; `drain`, applied by preparing the new resource and letting the old one finish; `restart`, kept until then.
 */
export type SettingClass = 'live' | 'new' | 'drain' | 'restart';

/** What a section file says about one key. */
export interface SettingOptions<T> {
  /** Meaning, in one or two sentences. */
  readonly doc: string;
  readonly class: SettingClass;
  /** What a bare number counts; durations and sizes carry their unit. */
  readonly unit?: string;
  /** As written in YAML; a function when it depends on the machine. */
  readonly default: unknown;
  /** What the key reference says where the default is computed. */
  readonly defaultText?: string;
  /** Never shown: masked in logs, errors and answers. */
  readonly secret?: boolean;
  /** Only good together with a secret, so that a rollback, which never touches secrets, leaves it as the files state it. */
  readonly withSecret?: boolean;
  /** How a secret is shown when a part of it may be seen. */
  readonly mask?: (value: T) => string;
  /** How a value that is too long to be shown is shown. */
  readonly summarize?: (value: T) => unknown;
  /** Customary variable that also sets the key; the `ROLLCALL_` name is stronger. */
  readonly alias?: string;
  /** A value for the commented-out line of default.yaml where there is no default. */
  readonly example?: string;
  /** Made once and kept beside the data when nobody gives it, except in production. */
  readonly generated?: boolean;
}

/** What replaces a secret wherever settings are shown. */
export const masked = '********';

/** One key of the configuration: meaning, format, default, class and secrecy. */
export class Setting<T> {
  constructor(
    readonly format: Format<T>,
    readonly options: SettingOptions<T>,
  ) {}

  /** The default in force on this machine. */
  defaultValue(): T {
    const { default: given } = this.options;
    const parsed = this.format.parse(typeof given === 'function' ? (given as () => unknown)() : given);
    if (!parsed.ok) throw new TypeError(`a default of the schema is ${parsed.code}: ${String(given)}`);
    return parsed.value;
  }

  /** A value as operators may see it: in YAML's form, secrets masked. */
  show(value: T): unknown {
    const { secret, mask, summarize } = this.options;
    if (secret === true && value !== null) return mask?.(value) ?? masked;
    return summarize === undefined ? this.format.show(value) : summarize(value);
  }
}

/** A key of the schema. */
export const setting = <T>(format: Format<T>, options: SettingOptions<T>): Setting<T> => new Setting(format, options);

/** What a section says whose keys the operator names. */
export interface OpenSectionOptions<T> {
  /** What holds for each of its keys. */
  readonly entry: Setting<T>;
  readonly isName: (name: string) => boolean;
  /** What a name must be, as a sentence. */
  readonly expects: string;
  /** Turns a name that cannot be into what was probably meant; the result may be no name either. */
  readonly correct: (name: string) => string;
  /** A name for the commented-out line of default.yaml. */
  readonly example: string;
}

/** A section whose keys are named by the operator: a key is there as long as a layer states it. */
export class OpenSection<T> {
  constructor(readonly options: OpenSectionOptions<T>) {}
}

/** An open section of the schema. */
export const openSection = <T>(options: OpenSectionOptions<T>): OpenSection<T> => new OpenSection(options);

/** The settings that a schema describes: its tree with each key's type in place of its description, read-only. */
export type SettingsOf<S> =
  S extends Setting<infer T>
    ? T
    : S extends OpenSection<infer T>
      ? Readonly<Record<string, T>>
      : { readonly [K in keyof S]: SettingsOf<S[K]> };
