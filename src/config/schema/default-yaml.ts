import { stringify } from 'yaml';
import { environmentName, schemaTree, type SchemaNode } from './schema.js';
import { OpenSection, Setting } from './setting.js';

/** A value as it is written in YAML, on one line. */
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

/** Whether nothing in a section is set: its name is commented out too, because YAML reads an empty mapping as null. */
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
        ? `# ${name}: ${example}${defaultText === undefined ? '' : ` # default: ${defaultText}`}`
        : `${name}: ${yamlValue(child.format.show(child.defaultValue()))}`;
    return [...comment.map((text) => `${indent}# ${text}`), `${indent}${line}`];
  });

/** `config/default.yaml`: every key with its default, commented. */
export const renderDefaultYaml = (): string =>
  `${[
    '# All settings with their defaults, generated from the schema by `npm run docs`. Put your own values into',
    '# local.yaml, which overrides this file and <NODE_ENV>.yaml; environment variables override all files.',
    '# In brackets: range; class; environment variable. The class says when a change takes effect: live, on the next request;',
    '# new, for newly issued tokens, hashes and keys; drain, once the new resource is ready; restart, after a restart.',
    '# Durations: 500ms, 30s, 15m, 1h, 30d. Sizes: 512b, 100kb, 1mb. See docs/configuration.md.',
    ...yamlLines(schemaTree, []),
  ].join('\n')}\n`;
