import { environmentName, schemaTree, type SchemaNode } from './schema.js';
import { OpenSection, Setting, type SettingClass } from './setting.js';

/** A JSON Schema. */
type JsonSchema = Readonly<Record<string, unknown>>;

/** When a change takes effect, as the last sentence of a description. */
const effects: Readonly<Record<SettingClass, string>> = {
  live: 'Takes effect on the next request.',
  new: 'Takes effect for newly issued tokens, hashes and keys.',
  drain: 'Takes effect when the new resource is ready.',
  restart: 'Requires a restart.',
};

const ofSetting = (key: string, { format, options }: Setting<unknown>, standard: unknown): JsonSchema => ({
  ...format.json,
  description: `${options.doc} ${effects[options.class]}`,
  // A default that depends on the machine has no value here.
  ...(options.defaultText === undefined && { default: standard }),
  'x-class': options.class,
  'x-environment': environmentName(key),
  ...(options.unit !== undefined && { 'x-unit': options.unit }),
  ...(format.range !== undefined && { 'x-range': format.range }),
  ...(options.secret === true && { 'x-secret': true, writeOnly: true }),
});

const ofNode = (node: SchemaNode, path: readonly string[]): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(node).map(([name, child]) => {
      const key = [...path, name].join('.');
      if (child instanceof Setting) return [name, ofSetting(key, child, child.format.show(child.defaultValue()))];
      if (!(child instanceof OpenSection)) return [name, ofNode(child, [...path, name])];
      const { entry, expects, example } = child.options;
      const each = ofSetting(`${key}.${example}`, entry, entry.format.show(entry.defaultValue()));
      const { 'x-environment': _environment, ...flag } = each;
      return [name, { type: 'object', description: `${entry.options.doc} ${expects}.`, additionalProperties: flag }];
    }),
  ),
});

/** The JSON Schema (draft 2020-12) of a configuration file, for editors. */
export const jsonSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Configuration of Rollcall',
  description: 'Settings of default.yaml, <NODE_ENV>.yaml and local.yaml. Durations and sizes include their unit.',
  ...ofNode(schemaTree, []),
});
