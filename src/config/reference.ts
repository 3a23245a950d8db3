import { yamlValue } from './default-yaml.js';
import { environmentName, schemaTree, settings, type SchemaNode } from './schema.js';
import { OpenSection, type Setting, type SettingClass } from './schema/setting.js';
import { switches } from './switches.js';

/** The scenario that proves that a change of a key does what the reference says. */
export interface ProvingScenario {
  readonly key: string;
  /** The feature, as a path within the project. */
  readonly uri: string;
  readonly name: string;
}

const classes: Readonly<Record<SettingClass, string>> = {
  live: 'the next request sees it',
  new: 'what is issued from then on: tokens, hashes, keys',
  drain:
    'the new resource is made and tried first, the old one finishes its work; if it cannot be made, the reload is refused',
  restart: 'kept and reported as pending until the service starts again; the rest of the same change applies at once',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const code = (text: string): string => `\`${text}\``;

const defaultOf = (entry: Setting<unknown>): string => {
  const { format, options } = entry;
  if (options.defaultText !== undefined) return options.defaultText;
  const value = entry.defaultValue();
  return value === null ? (options.generated === true ? 'made once' : 'none') : code(yamlValue(format.show(value)));
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
  const unit =
    options.unit ?? (format.unit === undefined ? undefined : `written with the value; ${format.unit} in code`);
  const names = [variable, `${variable}_FILE`, ...(options.alias === undefined ? [] : [options.alias])];
  const proof = proofOf(proofs, key);
  return [
    '',
    `### ${code(key)}`,
    '',
    `${options.doc}${options.secret === true ? ' **Secret**: never shown.' : ''}`,
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
    `In this section ${expects}: \`${name}.${example}\`, \`${environmentName(`${name}.${example}`)}\`. Clients read all of them at`,
    '`GET /api/v1/users/me/features`. The service itself reads these:',
    '',
    '| Switch | While it is on |',
    '| --- | --- |',
    ...Object.entries(switches).map(([key, meaning]) => `| \`${name}.${key}\` | ${cell(meaning)} |`),
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
 * @param proofs what the features say of themselves
 */
export const renderReference = (proofs: readonly ProvingScenario[]): string =>
  `${[
    '# Configuration',
    '',
    'Made from the schema (`src/config/schema/`) and the features by `npm run docs`; do not edit by hand. What to do when is in [operations.md](operations.md).',
    '',
    '## Layers, weakest first',
    '',
    '1. the defaults below',
    '2. `config/default.yaml`, which must exist, then `config/<NODE_ENV>.yaml`, then `config/local.yaml`; `ROLLCALL_CONFIG_DIR` names another directory',
    '3. the environment: the variables below. One with `_FILE` at its end names a mounted file that holds the value instead; both at once are refused. Lists are separated by commas. An empty variable counts as not set. Of two names for one key, the one with `ROLLCALL_` is stronger',
    '',
    'Files are strict YAML 1.2 of at most 1 MiB: unknown and repeated keys, tags, empty documents and second documents are refused. Durations and sizes carry their unit. A key that the environment sets cannot be changed by file; the service says so when it starts.',
    '',
    '## Changes while the service runs',
    '',
    'The directory is watched, and its content is compared every second; SIGHUP reads it at once. Mount the directory, never a single file of it: a single-file mount keeps showing the old file. A change is read whole, judged whole, and put into force whole. If anything is wrong with it, or a file that was in force is gone, all of it is refused and the last good configuration stays; to drop a layer, write `{}` into it. Each key has a class, and a scenario that proves it on a running service:',
    '',
    '| Class | What a change means | Keys |',
    '| --- | --- | --- |',
    ...Object.entries(classes).map(([name, meaning]) => {
      const count = [...settings.values()].filter(({ options }) => options.class === name).length;
      return `| ${name} | ${meaning} | ${count} |`;
    }),
    ...Object.keys(schemaTree).flatMap((name) => section(name, proofs)),
  ].join('\n')}\n`;
