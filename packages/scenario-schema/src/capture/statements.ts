/** A statement that the server has executed: its text, and the tags of its parts, such as `CREATE TABLE` and `SELECT 3`. */
export interface Executed {
  readonly text: string;
  readonly tags: readonly string[];
}

interface Mark {
  readonly savepoint: string | null;
  readonly length: number;
}

/** Tags of statements that change no structure. */
const passing =
  /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SHOW|DEALLOCATE|DISCARD|LISTEN|UNLISTEN|NOTIFY|LOCK|EXPLAIN|FETCH|CLOSE|PREPARE|ANALYZE|VACUUM)/;

/** Rows are copied from the template; advisory locks of a migration tool must not be taken again. */
const isRead = ({ text, tags }: Executed): boolean =>
  tags.every((tag) => /^(?:SELECT|COPY)\b/.test(tag)) && !/\binto\b/i.test(text) && !/\bset_config\b/i.test(text);

const advisory = /\bpg_(?:try_)?advisory_/i;

const alone = /\bCONCURRENTLY\b|^\s*(?:VACUUM|ALTER\s+SYSTEM|CREATE\s+DATABASE|REINDEX)\b/i;

const savepointName = (text: string): string =>
  text
    .trim()
    .replace(/;+\s*$/, '')
    .split(/\s+/)
    .at(-1)
    ?.toLowerCase() ?? '';

/** The statements of one session, without those that were rolled back. */
export class StatementLog {
  readonly #kept: (Executed | null)[];
  readonly #own: number[] = [];
  #marks: Mark[] = [];

  /** @param kept shared by all sessions, in the order of execution; null is the end of a transaction */
  constructor(kept: (Executed | null)[]) {
    this.#kept = kept;
  }

  /** Records a statement that has succeeded. */
  add(executed: Executed): void {
    const [tag = ''] = executed.tags;
    if (executed.tags.length === 1) {
      if (tag === 'BEGIN' || tag === 'START TRANSACTION') {
        this.#marks = [{ savepoint: null, length: this.#own.length }];
        return;
      }
      if (tag === 'SAVEPOINT') {
        this.#marks.push({ savepoint: savepointName(executed.text), length: this.#own.length });
        return;
      }
      if (tag === 'ROLLBACK') {
        this.#rollBack(executed.text);
        return;
      }
      if (tag === 'COMMIT') {
        this.#marks = [];
        this.#kept.push(null);
        return;
      }
    }
    if (executed.tags.length === 0 || executed.tags.every((part) => passing.test(part))) return;
    this.#own.push(this.#kept.push(executed) - 1);
    if (this.#marks.length === 0) this.#kept.push(null);
  }

  /** The session failed or ended in a transaction, which is rolled back. */
  abort(): void {
    this.#rollBack('ROLLBACK');
  }

  #rollBack(text: string): void {
    const isPartial = /^\s*rollback\s+(?:work\s+|transaction\s+)?to\b/i.test(text);
    const mark = isPartial
      ? this.#marks.findLast(({ savepoint }) => savepoint === savepointName(text))
      : this.#marks[0];
    if (mark === undefined) return;
    for (const index of this.#own.splice(mark.length)) this.#kept[index] = { text: '', tags: [] };
    if (!isPartial) this.#marks = [];
  }
}

/**
 * Joins statements to batches, one per transaction.
 * @param reads whether to include statements that look as if they only read, such as `SELECT create_partitions()`
 */
export const toBatches = (kept: readonly (Executed | null)[], reads: boolean): string[] => {
  const batches: string[] = [];
  let current: string[] = [];
  const flush = (): void => {
    if (current.length > 0) batches.push(current.join('\n'));
    current = [];
  };
  for (const executed of kept) {
    if (executed === null) flush();
    else if (
      executed.text !== '' &&
      !(advisory.test(executed.text) && isRead(executed)) &&
      (reads || !isRead(executed))
    ) {
      const text = `${executed.text.trim().replace(/;+$/, '')}\n;`;
      if (alone.test(executed.text)) {
        flush();
        batches.push(text);
      } else current.push(text);
    }
  }
  flush();
  return batches;
};
