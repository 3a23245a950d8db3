/** Settings in nested sections, as in a file. */
export type Tree = { [name: string]: unknown };

/** Whether a value is a section. */
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Finds the section of a key in dot notation, which is created if missing, and the name of the key in it. */
export const sectionOf = (tree: Tree, key: string): { readonly section: Tree; readonly name: string } => {
  const names = key.split('.');
  const name = names.pop() ?? key;
  let section = tree;
  for (const each of names) {
    const next = section[each];
    section = isTree(next) ? next : (section[each] = {});
  }
  return { section, name };
};
