import { yamlValue } from './default-yaml.js';
import { environmentName, schemaTree, settings, type SchemaNode } from './schema.js';
import { OpenSection, type Setting, type SettingClass } from './setting.js';
import { featureFlags } from './feature-flags.js';

/** The scenario that proves that a change of a key has the documented effect. */
export interface ProvingScenario {
  readonly key: string;
  /** The feature, as a path within the project. */
  readonly uri: string;
  readonly name: string;
}

const classes: Readonly<Record<SettingClass, string>> = {
  live: 'takes effect on the next request',
  new: 'takes effect for newly issued tokens, hashes and keys',
  drain:
    'takes effect after the new resource has been opened and tested; the old one finishes its work. If it cannot be opened, the change is rejected',
  restart:
    'requires restart; until then the change is reported as pending, and the rest of the same change takes effect immediately',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const code = (text: string): string => `\`${text}\``;

const defaultOf = (entry: Setting<unknown>): string => {
  const { format, options } = entry;
  if (options.defaultText !== undefined) return options.defaultText;
  const value = entry.defaultValue();
  return value === null
    ? options.generated === true
      ? 'generated once'
      : 'none'
    : code(yamlValue(format.show(value)));
};

const proofOf = (proofs: readonly ProvingScenario[], key: string): string =>
  proofs
    .filter((proof) => proof.key === key)
    .map(({ uri, name }) => `[${uri.replace(/^features\//, '')}: ${name.replaceAll(/[[\]<]/g, '\\$&')}](../${uri})`)
    .join(', ');

/** Everything about one key; its name is the heading, so that pages can link to it. */
const keyLines = (
  key: string,
  entry: Setting<unknown>,
  proofs: readonly ProvingScenario[],
  variable = environmentName(key),
): string[] => {
  const { format, options } = entry;
  const unit = options.unit ?? (format.unit === undefined ? undefined : `part of the value; ${format.unit} in code`);
  const names = [variable, `${variable}_FILE`, ...(options.alias === undefined ? [] : [options.alias])];
  const proof = proofOf(proofs, key);
  return [
    '',
    `### ${code(key)}`,
    '',
    `${options.doc}${options.secret === true ? ' **Secret**: always redacted.' : ''}`,
    '',
    `- value: ${format.expects}`,
    ...(format.range === undefined ? [] : [`- range: ${format.range}`]),
    ...(unit === undefined ? [] : [`- unit: ${unit}`]),
    `- default: ${defaultOf(entry)}`,
    `- class: ${options.class}`,
    `- environment: ${names.map(code).join(', ')}`,
    ...(proof === '' ? [] : [`- proved by: ${proof}`]),
  ];
};

const openLines = (
  name: string,
  node: SchemaNode[string] | undefined,
  proofs: readonly ProvingScenario[],
): string[] => {
  if (!(node instanceof OpenSection)) return [];
  const { entry, expects, example } = node.options;
  return [
    ...keyLines(`${name}.*`, entry, proofs, `${environmentName(name)}_<NAME>`),
    '',
    `In this section ${expects}, for example \`${name}.${example}\`, \`${environmentName(`${name}.${example}`)}\`. Clients read all flags at`,
    '`GET /api/v1/users/me/features`. The service itself uses these:',
    '',
    '| Flag | Effect when enabled |',
    '| --- | --- |',
    ...Object.entries(featureFlags).map(([key, meaning]) => `| \`${name}.${key}\` | ${cell(meaning)} |`),
  ];
};

const section = (name: string, proofs: readonly ProvingScenario[]): string[] => [
  '',
  `## ${name}`,
  ...[...settings]
    .filter(([key]) => key.startsWith(`${name}.`))
    .flatMap(([key, entry]) => keyLines(key, entry, proofs)),
  ...openLines(name, schemaTree[name], proofs),
];

/**
 * `docs/configuration.md`: the reference of all keys.
 * @param proofs the proofs that the features declare
 */
export const renderReference = (proofs: readonly ProvingScenario[]): string =>
  `${[
    '# Configuration',
    '',
    'Generated from the schema (`src/config/schema/`) and the features by `npm run docs`; do not edit. Procedures are in [operations.md](operations.md).',
    '',
    '## Layers, lowest precedence first',
    '',
    '1. the defaults below',
    '2. `config/default.yaml`, which must exist, then `config/<NODE_ENV>.yaml`, then `config/local.yaml`; `ROLLCALL_CONFIG_DIR` sets another directory',
    '3. the environment: the variables below. A variable that ends in `_FILE` gives the path of a mounted file that contains the value; setting both is an error. Lists are separated by commas. An empty variable counts as not set. Of two names for one key, the one with `ROLLCALL_` takes precedence',
    '',
    'Files are strict YAML 1.2 of at most 1 MiB: unknown keys, duplicate keys, tags, empty documents and multiple documents are errors. Durations and sizes include their unit. A key that is set by the environment cannot be changed by a file; the service logs these keys when it starts.',
    '',
    '## Changes while the service runs',
    '',
    'The directory is watched, and its content is also compared every second; SIGHUP reloads it immediately. Mount the directory, never a single file in it: a single-file mount keeps showing the old file. A change is validated and applied as a whole. If it contains an error, or if an active file was removed, the whole change is rejected and the last valid configuration stays active; to drop a layer, replace its content with `{}`. Each key has a class and a scenario that proves it on a running service:',
    '',
    '| Class | A change | Keys |',
    '| --- | --- | --- |',
    ...Object.entries(classes).map(([name, meaning]) => {
      const count = [...settings.values()].filter(({ options }) => options.class === name).length;
      return `| ${name} | ${meaning} | ${count} |`;
    }),
    ...Object.keys(schemaTree).flatMap((name) => section(name, proofs)),
  ].join('\n')}\n`;
