import type { Connection } from '../../database/database.js';

/** Length of a trigram, as in the search index (pg_trgm). */
const trigramLength = 3;

/** A trigram in more than this share of all accounts is common: reading its list costs more than it saves. */
const commonShare = 0.05;

/** Number of characters of a search text that are examined. */
const maxInspectedLength = 64;

/** Words that the index splits into trigrams; other characters separate words. */
const words = /[a-z0-9]{3,}/g;

const trigramsOf = (word: string): string[] =>
  Array.from({ length: word.length - trigramLength + 1 }, (_, start) => word.slice(start, start + trigramLength));

/**
 * The trigrams that few accounts contain, estimated from the statistics of the index.
 * @returns undefined without statistics: never analyzed, no such index, or no permission to read them
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

/** The longest parts of a word in which every trigram is rare. */
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
 * The longest part of a search text that few accounts contain, for the condition that uses the index. If a million
 * usernames have the same prefix, a search for one of them would otherwise read the index entries of all of them.
 * @param text in lower case
 * @returns undefined if no part is known to be selective
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
