import type { Envelope, GherkinDocument, Pickle } from '@cucumber/messages';

/** What tags begin with by which a scenario says that it proves a key: `@proves:api.v2Enabled`. */
const prefix = '@proves:';

/** A key of the configuration and the scenario that proves that a change of it does what the reference says. */
export interface Proof {
  /** As the reference has it; `features.*` for all that the operator may name there. */
  readonly key: string;
  /** Of the feature, relative to the project. */
  readonly uri: string;
  /** Of the scenario, the placeholders of an outline filled in. */
  readonly name: string;
}

/** The cells of each row of examples, by the id of the row. */
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

/** Gherkin fills the placeholders of steps and names in, and leaves those of tags alone. */
const filledIn = (tag: string, { astNodeIds }: Pickle, rows: Rows): string => {
  const row = astNodeIds.map((id) => rows.get(id)).find((cells) => cells !== undefined) ?? {};
  return tag.replaceAll(/<([^<>]+)>/g, (placeholder, name: string) => row[name] ?? placeholder);
};

/** The proofs of one feature, from what Gherkin makes of it: its document and its scenarios. */
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

/** The tag that a scenario carries which proves a key. */
export const tagFor = (key: string): string => `${prefix}${key}`;
