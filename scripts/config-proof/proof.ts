import type { Envelope, GherkinDocument, Pickle } from '@cucumber/messages';

/** Prefix of the tag with which a scenario proves a key: `@proves:api.v2Enabled`. */
const prefix = '@proves:';

/** A key and the scenario that proves that a change of it has the documented effect. */
export interface Proof {
  /** As in the reference; `features.*` for an open section. */
  readonly key: string;
  /** Path of the feature within the project. */
  readonly uri: string;
  /** Name of the scenario, with placeholders replaced. */
  readonly name: string;
}

/** The cells of each example row, by the ID of the row. */
type Rows = ReadonlyMap<string, Readonly<Record<string, string>>>;

const rowsOf = ({ feature }: GherkinDocument): Rows => {
  const children = feature?.children ?? [];
  const scenarios = children.flatMap((child) => [child, ...(child.rule?.children ?? [])]);
  const examples = scenarios.flatMap(({ scenario }) => scenario?.examples ?? []);
  return new Map(
    examples.flatMap(({ tableHeader, tableBody }) => {
      const names = tableHeader?.cells.map(({ value }) => value) ?? [];
      return tableBody.map(({ id, cells }) => [
        id,
        Object.fromEntries(names.map((name, at) => [name, cells[at]?.value ?? ''])),
      ]);
    }),
  );
};

/** Gherkin replaces placeholders in steps and names, but not in tags. */
const filledIn = (tag: string, { astNodeIds }: Pickle, rows: Rows): string => {
  const row = astNodeIds.map((id) => rows.get(id)).find((cells) => cells !== undefined) ?? {};
  return tag.replaceAll(/<([^<>]+)>/g, (placeholder, name: string) => row[name] ?? placeholder);
};

/** The proofs of one feature, from its parsed messages. */
export const proofsIn = (messages: readonly Envelope[]): Proof[] => {
  const rows: Rows = new Map(
    messages.flatMap(({ gherkinDocument }) => [...(gherkinDocument ? rowsOf(gherkinDocument) : [])]),
  );
  return messages.flatMap(({ pickle }) =>
    (pickle?.tags ?? []).flatMap(({ name: tag }) =>
      pickle !== undefined && tag.startsWith(prefix)
        ? [{ key: filledIn(tag, pickle, rows).slice(prefix.length), uri: pickle.uri, name: pickle.name }]
        : [],
    ),
  );
};

/** The tag that proves a key. */
export const tagFor = (key: string): string => `${prefix}${key}`;
