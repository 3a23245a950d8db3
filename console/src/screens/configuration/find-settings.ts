/** What is searched of a setting. */
interface Searched {
  readonly key: string;
  readonly description: string;
  readonly env: string;
}

/**
 * Settings that contain every word of a search in the key, the description or the environment variable, in any order.
 * Settings whose key contains all words come first.
 */
export const findSettings = <T extends Searched>(settings: readonly T[], search: string): readonly T[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const contains = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const inKey = settings.filter(({ key }) => contains(key));
  const known = new Set(inKey);
  const elsewhere = settings.filter(
    (setting) => !known.has(setting) && contains(`${setting.key} ${setting.description} ${setting.env}`),
  );
  return [...inKey, ...elsewhere];
};
