import convict from 'convict';
import { createHash, createHmac } from 'node:crypto';
import { openSectionOf, type SchemaNode, schemaTree, settingsIn } from '../schema/schema.js';
import { OpenSection, Setting } from '../schema/setting.js';

/** A nested object of values, as convict uses it. */
interface Tree {
  [name: string]: unknown;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const toConvict = (node: SchemaNode): convict.Schema<Tree> =>
  Object.fromEntries(
    Object.entries(node)
      .filter((entry): entry is [string, SchemaNode | Setting<unknown>] => !(entry[1] instanceof OpenSection))
      .map(([name, child]) => [
        name,
        child instanceof Setting
          ? {
              doc: child.options.doc,
              default: child.defaultValue(),
              sensitive: child.options.secret === true,
              format: (value: unknown): void => {
                if (!child.format.parse(child.format.show(value)).ok) {
                  throw new TypeError(`expected ${child.format.expects}`);
                }
              },
            }
          : toConvict(child),
      ]),
  );

/** Nests dotted keys. */
export const nest = (values: ReadonlyMap<string, unknown>): Tree => {
  const root: Tree = {};
  for (const [key, value] of values) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let tree = root;
    for (const name of path) {
      const next = tree[name];
      if (isTree(next)) tree = next;
      else tree = tree[name] = {} as Tree;
    }
    tree[last] = value;
  }
  return root;
};

/** The value of a dotted key. */
export const valueAt = (tree: object, key: string): unknown =>
  key.split('.').reduce<unknown>((node, name) => (isTree(node) ? node[name] : undefined), tree);

/** The values of a layer inside or outside of open sections. */
const part = (values: ReadonlyMap<string, unknown>, named: boolean): ReadonlyMap<string, unknown> =>
  new Map([...values].filter(([key]) => (openSectionOf(key) !== undefined) === named));

/**
 * Merges layers over the defaults in a new convict instance, lowest precedence first.
 * The values have been parsed by their formats: convict itself would turn the text `no` into true and `12abc` into 12. Keys of open
 * sections have no default and may have special names, so they are not passed to convict.
 * @returns every key with its value, dotted; keys of open sections come last, sorted by name
 * @throws {Error} when a value does not match its format, which validation has ruled out
 */
export const compose = (layers: readonly ReadonlyMap<string, unknown>[]): ReadonlyMap<string, unknown> => {
  // `args` and `env` keep convict from reading the command line and the process environment.
  const instance = convict(toConvict(schemaTree), { args: [], env: {} });
  for (const values of layers) instance.load(nest(part(values, false)));
  instance.validate({ allowed: 'strict' });
  const tree = instance.getProperties();
  const stated = new Map(layers.flatMap((values) => [...values]));
  return new Map(
    settingsIn(stated).map(([key]) => [key, openSectionOf(key) === undefined ? valueAt(tree, key) : stated.get(key)]),
  );
};

const digest = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);

/**
 * Hashes the content of a configuration. The hash is equal on every instance with the same files, whatever its environment, and
 * ignores comments, order and layout. Secrets are keyed with the encryption key: the hash is public and must not reveal them.
 * @param layers values of the files, lowest precedence first, and of the mounted secrets
 * @param encryptionKey the active `auth.keys.encryptionKey`
 * @returns 16 hexadecimal digits
 */
export const contentHash = (layers: readonly ReadonlyMap<string, unknown>[], encryptionKey: string): string => {
  const stated = new Map(layers.flatMap((layer) => [...layer]));
  const content = settingsIn(stated).map(([key, entry]) => {
    // Defaults that depend on the machine, such as its number of cores, are not part of the content.
    if (!stated.has(key) && typeof entry.options.default === 'function') return [key];
    const value = stated.has(key) ? stated.get(key) : entry.defaultValue();
    // An empty list contains no secret, so its hash must not depend on the encryption key.
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (entry.options.secret !== true || isEmpty) return [key, entry.format.show(value)];
    return [
      key,
      createHmac('sha256', encryptionKey)
        .update(JSON.stringify([key, value]))
        .digest('hex'),
    ];
  });
  return digest(content);
};

/**
 * Hashes what each file sets, also where another one overrides it.
 * @param files the values of each file, lowest precedence first
 * @param encryptionKey as for `contentHash`
 * @returns 16 hexadecimal digits
 */
export const filesHash = (
  files: readonly (readonly [name: string, values: ReadonlyMap<string, unknown>])[],
  encryptionKey: string,
): string =>
  digest(files.map(([name, values]) => [name, [...values.keys()].sort(), contentHash([values], encryptionKey)]));
