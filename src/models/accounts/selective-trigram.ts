import type { Connection } from '../../database/database.js';

/** Letters of a piece: the index behind the search knows texts by all their pieces of three. */
const trigramLength = 3;

/** A piece that more than this share of all accounts hold is common: to read its list costs more than it leaves out. */
const commonShare = 0.05;

/** Letters of a search that are looked at. */
const maxInspectedLength = 64;

/** What the index makes pieces of; it takes other characters for ends of words. */
const words = /[a-z0-9]{3,}/g;

const trigramsOf = (word: string): string[] =>
  Array.from({ length: word.length - trigramLength + 1 }, (_, start) => word.slice(start, start + trigramLength));

/**
 * The pieces that few accounts hold, by the sample that ANALYZE keeps of the indexed texts.
 * @returns undefined without a sample: never analyzed, no such index, or not ours to see
 */
const selectiveTrigrams = async (
  db: Connection,
  pieces: readonly string[],
): Promise<ReadonlySet<string> | undefined> => {
  const { rows } = await db.raw<{ rows: { piece: string; share: number | null }[] }>(
    `WITH sample AS MATERIALIZED (
        SELECT unnest(histogram_bounds::text::text[]) AS text FROM pg_catalog.pg_stats
        WHERE schemaname = current_schema() AND tablename = 'users_search_idx')
      SELECT piece, (SELECT avg((strpos(text, piece) > 0)::integer) FROM sample)::float8 AS share
        FROM unnest(?::text[]) AS piece`,
    [[...pieces]],
  );
  if (rows.some(({ share }) => share === null)) return undefined;
  return new Set(rows.filter(({ share }) => (share ?? 1) <= commonShare).map(({ piece }) => piece));
};

/** The runs of a word in which every piece is rare. */
const selectiveRuns = (word: string, rare: ReadonlySet<string>): string[] => {
  const runs: string[] = [];
  let start = 0;
  trigramsOf(word).forEach((piece, at) => {
    if (rare.has(piece)) runs.push(word.slice(start, at + trigramLength));
    else start = at + 1;
  });
  return runs;
};

/**
 * The longest part of a searched text that few accounts hold: what the index should be asked for. Where a million
 * usernames begin alike, a search for one of them would otherwise read the list of all that hold `use`.
 * @param text in lower case
 * @returns undefined when no part is known to be rarer than the whole
 */
export const findSelectivePart = async (db: Connection, text: string): Promise<string | undefined> => {
  const found = text.slice(0, maxInspectedLength).match(words) ?? [];
  const pieces = [...new Set(found.flatMap(trigramsOf))];
  if (pieces.length < 2) return undefined;
  const rare = await selectiveTrigrams(db, pieces);
  if (!rare) return undefined;
  const runs = found.flatMap((word) => selectiveRuns(word, rare));
  return runs.sort((one, other) => other.length - one.length)[0];
};
