import { stringify } from 'yaml';
import { featureFlags } from '../../src/config/schema/feature-flags.js';
import { jsonSchema } from '../../src/config/schema/json-schema.js';
import { environmentName, type SchemaNode, schemaTree, settings } from '../../src/config/schema/schema.js';
import { OpenSection, Setting, type SettingClass } from '../../src/config/schema/setting.js';

/** A scenario that proves that a change of a key has the documented effect. */
export interface ProvingScenario {
  readonly key: string;
  /** Path of the feature within the project. */
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

/** The section about one key. Its name is the heading, so pages can link to it. */
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
 * @param proofs the proofs in the features
 */
export const renderReference = (proofs: readonly ProvingScenario[]): string =>
  `${[
    '# Configuration',
    '',
    'This page lists all settings. It is generated from the schema in `src/config/schema/` by `npm run docs`; do not edit it. For procedures, see [operations.md](operations.md).',
    '',
    '## Sources, lowest precedence first',
    '',
    '1. The defaults below.',
    '2. The files `default.yaml`, `<NODE_ENV>.yaml` and `local.yaml` in the directory `config`, in this order. Only `default.yaml` is required. `ROLLCALL_CONFIG_DIR` sets another directory.',
    '3. The environment variables below. A variable `ROLLCALL_…_FILE` contains the path of a mounted file with the value; setting both is an error. The items of a list are separated by commas. An empty variable counts as not set. If a key has two variables, the one that starts with `ROLLCALL_` takes precedence.',
    '',
    'Files are YAML 1.2 of at most 1 MiB. Unknown keys, duplicate keys, tags, empty documents and multiple documents are errors. Durations and sizes include their unit. A key that the environment sets cannot be changed by a file; the service logs these keys when it starts.',
    '',
    '## Changes while the service runs',
    '',
    'The service watches the directory and also compares its content every second; SIGHUP reloads it immediately. Mount the directory and not a single file: a single-file mount keeps showing the old file. A change is validated and applied as a whole. If it contains an error, or if an active file was removed, the whole change is rejected and the last valid configuration stays active. To drop a file, replace its content with `{}`. The class of a key determines when a change takes effect; a scenario proves it on a running service:',
    '',
    '| Class | A change | Keys |',
    '| --- | --- | --- |',
    ...Object.entries(classes).map(([name, meaning]) => {
      const count = [...settings.values()].filter(({ options }) => options.class === name).length;
      return `| ${name} | ${meaning} | ${count} |`;
    }),
    ...Object.keys(schemaTree).flatMap((name) => section(name, proofs)),
  ].join('\n')}\n`;

/** `config/schema.json`: the JSON Schema of the configuration files, for editors. */
export const renderJsonSchema = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;

/** A value as written in YAML, on one line. */
export const yamlValue = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
};

const variables = (key: string, { options }: Setting<unknown>): string =>
  [environmentName(key), ...(options.alias === undefined ? [] : [options.alias])].join(' or ');

/** The note in brackets: range, class, environment. */
const note = (key: string, entry: Setting<unknown>): string => {
  const { format, options } = entry;
  const parts = [...(format.range === undefined ? [] : [format.range]), options.class];
  return `[${[...parts, variables(key, entry)].join('; ')}]`;
};

/**
 * Whether nothing in a section is set. Its name is commented out as well then, because YAML reads an empty mapping as null.
 */
const isUnset = (node: SchemaNode): boolean =>
  Object.values(node).every((child) => {
    if (child instanceof OpenSection) return true;
    return child instanceof Setting ? child.options.example !== undefined : isUnset(child);
  });

const commentedSection = (name: string, { options }: OpenSection<unknown>): string[] => {
  const { entry, example } = options;
  return [
    '',
    ...[...wrap(entry.options.doc, 116), note(`${name}.${example}`, entry)].map((text) => `# ${text}`),
    `# ${name}:`,
    `#   ${example}: ${yamlValue(entry.format.show(entry.defaultValue()))}`,
  ];
};

const yamlLines = (node: SchemaNode, path: readonly string[]): string[] =>
  Object.entries(node).flatMap(([name, child]) => {
    const indent = '  '.repeat(path.length);
    const key = [...path, name].join('.');
    if (child instanceof OpenSection) return commentedSection(key, child);
    if (!(child instanceof Setting)) {
      return [
        ...(path.length === 0 ? [''] : []),
        `${indent}${isUnset(child) ? '# ' : ''}${name}:`,
        ...yamlLines(child, [...path, name]),
      ];
    }
    const comment = [...wrap(child.options.doc, 116 - indent.length), note(key, child)];
    const { example, defaultText } = child.options;
    const line =
      example !== undefined
        ? `# ${name}: ${example}${defaultText === undefined ? '' : ` # default: ${defaultText}`}`
        : `${name}: ${yamlValue(child.format.show(child.defaultValue()))}`;
    return [...comment.map((text) => `${indent}# ${text}`), `${indent}${line}`];
  });

/** `config/default.yaml`: every key with its default and description. */
export const renderDefaultYaml = (): string =>
  `${[
    '# yaml-language-server: $schema=./schema.json',
    '# All settings with their defaults, generated from the schema by `npm run docs`. Put your own values into',
    '# local.yaml, which overrides this file and <NODE_ENV>.yaml; environment variables override all files.',
    '# In brackets: range; class; environment variable. The class says when a change takes effect: live, on the next request;',
    '# new, for newly issued tokens, hashes and keys; drain, once the new resource is ready; restart, after a restart.',
    '# Durations: 500ms, 30s, 15m, 1h, 30d. Sizes: 512b, 100kb, 1mb. See docs/configuration.md.',
    ...yamlLines(schemaTree, []),
  ].join('\n')}\n`;
