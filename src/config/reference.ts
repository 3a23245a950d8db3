import { stringify } from 'yaml';
import { environmentName, schemaTree, settings, type SchemaNode } from './schema.js';
import { OpenSection, Setting, type SettingClass } from './schema/setting.js';
import { switches } from './switches.js';

const yamlValue = (value: unknown): string =>
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

/** Whether nothing in a section is set: its name is commented out too, since an empty mapping is no mapping. */
const isUnset = (node: SchemaNode): boolean =>
  Object.values(node).every((child) => {
    if (child instanceof OpenSection) return true;
    return child instanceof Setting ? child.options.example !== undefined : isUnset(child);
  });

const openLines = (name: string, { options }: OpenSection<unknown>): string[] => {
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
    if (child instanceof OpenSection) return openLines(key, child);
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
        ? `# ${name}: ${example}${defaultText === undefined ? '' : ` # the default is ${defaultText}`}`
        : `${name}: ${yamlValue(child.format.show(child.defaultValue()))}`;
    return [...comment.map((text) => `${indent}# ${text}`), `${indent}${line}`];
  });

/** `config/default.yaml`: every key with its default, commented. */
export const renderDefaultYaml = (): string =>
  `${[
    '# Every setting with its default, made from the schema by `npm run docs`. Own values belong into',
    '# local.yaml, which is laid over this file and over <NODE_ENV>.yaml; the environment is laid over all of them.',
    '# In brackets: range; class; environment variable. A class says when a change bites: live, with the next request;',
    '# new, for what is issued from then on; drain, once the new resource is ready; restart, when the service starts again.',
    '# Durations: 500ms, 30s, 15m, 1h, 30d. Sizes: 512b, 100kb, 1mb. See docs/configuration.md.',
    ...yamlLines(schemaTree, []),
  ].join('\n')}\n`;

const classes: Readonly<Record<SettingClass, string>> = {
  live: 'the next request sees it',
  new: 'what is issued from then on: tokens, hashes, keys',
  drain:
    'the new resource is made and tried first, the old one finishes its work; if it cannot be made, the reload is refused',
  restart: 'kept and reported as pending until the service starts again; the rest of the same change applies at once',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const defaultCell = ({ format, options }: Setting<unknown>, value: unknown): string => {
  if (options.defaultText !== undefined) return options.defaultText;
  return value === null ? (options.generated === true ? 'made once' : 'none') : `\`${yamlValue(format.show(value))}\``;
};

const row = (key: string, entry: Setting<unknown>, variable = environmentName(key)): string => {
  const { format, options } = entry;
  const meaning = `${options.doc}${options.secret === true ? ' **Secret**: never shown.' : ''}`;
  const value = `${format.expects}${format.unit === undefined ? '' : `; ${format.unit} in code`}`;
  const names = [variable, ...(options.alias === undefined ? [] : [options.alias])];
  return `| \`${key}\` | ${cell(meaning)} | ${cell(value)} | ${cell(defaultCell(entry, entry.defaultValue()))} | ${options.class} | ${names.map((name) => `\`${name}\``).join(', ')} |`;
};

const section = (name: string): string[] => [
  '',
  `## ${name}`,
  '',
  '| Key | Meaning | Value | Default | Class | Environment |',
  '| --- | --- | --- | --- | --- | --- |',
  ...[...settings].filter(([key]) => key.startsWith(`${name}.`)).map(([key, entry]) => row(key, entry)),
  ...openRows(name, schemaTree[name]),
];

const openRows = (name: string, node: SchemaNode[string] | undefined): string[] => {
  if (!(node instanceof OpenSection)) return [];
  const { entry, expects, example } = node.options;
  return [
    row(`${name}.*`, entry, `${environmentName(name)}_<NAME>`),
    '',
    `In this section ${expects}: \`${name}.${example}\`, \`${environmentName(`${name}.${example}`)}\`. Clients read all of them at`,
    '`GET /api/v1/users/me/features`. The service itself reads these:',
    '',
    '| Switch | While it is on |',
    '| --- | --- |',
    ...Object.entries(switches).map(([key, meaning]) => `| \`${name}.${key}\` | ${cell(meaning)} |`),
  ];
};

/** `docs/configuration.md`: the reference of all keys. */
export const renderReference = (): string =>
  `${[
    '# Configuration',
    '',
    'Made from the schema (`src/config/schema/`) by `npm run docs`; do not edit by hand.',
    '',
    '## Layers, weakest first',
    '',
    '1. the defaults below',
    '2. `config/default.yaml`, which must exist, then `config/<NODE_ENV>.yaml`, then `config/local.yaml`; `ROLLCALL_CONFIG_DIR` names another directory',
    '3. the environment: the variables below. Any of them with `_FILE` at its end names a mounted file that holds the value instead; both at once are refused. Lists are separated by commas. An empty variable counts as not set. Of two names for one key, the one with `ROLLCALL_` is stronger',
    '',
    'Files are strict YAML 1.2 of at most 1 MiB: unknown and repeated keys, tags, empty documents and second documents are refused. Durations and sizes carry their unit. A key that the environment sets cannot be changed by file; the service says so when it starts.',
    '',
    '## Changes while the service runs',
    '',
    'The directory is watched, and its content is compared every second; SIGHUP reads it at once. Mount the directory, never a single file of it: a single-file mount keeps showing the old file. A change is read whole, judged whole, and put into force whole. If anything is wrong with it, or a file that was in force is gone, all of it is refused and the last good configuration stays; to drop a layer, write `{}` into it. Each key has a class:',
    '',
    '| Class | What a change means | Keys |',
    '| --- | --- | --- |',
    ...Object.entries(classes).map(([name, meaning]) => {
      const count = [...settings.values()].filter(({ options }) => options.class === name).length;
      return `| ${name} | ${meaning} | ${count} |`;
    }),
    ...Object.keys(schemaTree).flatMap(section),
  ].join('\n')}\n`;
