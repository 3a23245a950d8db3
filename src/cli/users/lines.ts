import { createReadStream } from 'node:fs';

/** One line of a file, without its line feed. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Null if the line is too long or not UTF-8. */
  readonly text: string | null;
  readonly error?: 'too_long' | 'bad_encoding';
  /** Offset of the end of the line in the file, in bytes. */
  readonly endsAt: number;
}

/** Maximum length of a line, in bytes; the largest valid record takes less than a tenth of it. */
export const maxLineBytes = 1024 * 1024;

const lineFeed = 0x0a;

/**
 * The lines of a file, read on demand. A line that is too long is skipped without being buffered, so memory
 * use is bounded. A byte-order mark at the beginning is skipped.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;
  let endsAt = 0;

  const finish = (): Line => {
    number += 1;
    const bytes = pendingBytes > maxLineBytes ? null : Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    if (bytes === null) return { number, text: null, error: 'too_long', endsAt };
    try {
      const text = decoder.decode(bytes);
      return { number, text: number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text, endsAt };
    } catch {
      return { number, text: null, error: 'bad_encoding', endsAt };
    }
  };

  const add = (bytes: Buffer): void => {
    pendingBytes += bytes.length;
    if (pendingBytes <= maxLineBytes) pending.push(bytes);
    else pending = [];
  };

  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, at));
      endsAt += at + 1 - from;
      from = at + 1;
      yield finish();
    }
    add(chunk.subarray(from));
    endsAt += chunk.length - from;
  }
  if (pendingBytes > 0) yield finish();
}
