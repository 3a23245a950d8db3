import convict from 'convict';
import { openSectionOf, schemaTree, settings, type SchemaNode } from '../schema/schema.js';
import { OpenSection, Setting } from '../schema/setting.js';

/** A nested object of values, as convict takes and gives it. */
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

/** The values of a layer whose keys operators have named, or those whose keys they have not. */
const part = (values: ReadonlyMap<string, unknown>, named: boolean): ReadonlyMap<string, unknown> =>
  new Map([...values].filter(([key]) => (openSectionOf(key) !== undefined) === named));

/**
 * Lays values over the defaults, weakest layer first, in a convict instance of its own.
 * Values have been read by their formats before: convict itself would turn the text `no` into true and `12abc` into 12.
 * Keys that operators have named have no default, and names that mean something to objects: convict does not see them.
 * @returns every key with its value, dotted; those that operators have named come last, by name
 * @throws {Error} when a value does not fit its format, which the judging of the layers has ruled out
 */
export const compose = (layers: readonly ReadonlyMap<string, unknown>[]): ReadonlyMap<string, unknown> => {
  // `args` keeps it from reading the command line, `env` from reading the process.
  const instance = convict(toConvict(schemaTree), { args: [], env: {} });
  for (const values of layers) instance.load(nest(part(values, false)));
  instance.validate({ allowed: 'strict' });
  const tree = instance.getProperties();
  const named = new Map(layers.flatMap((values) => [...part(values, true)]));
  return new Map([
    ...[...settings.keys()].map((key): [string, unknown] => [key, valueAt(tree, key)]),
    ...[...named].sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
};
