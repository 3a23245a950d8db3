import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ConfigIssueCode } from '../issue.js';

/** Largest configuration file: 1 MiB. */
export const maxFileBytes = 1024 * 1024;

/** A file as it was found: absent, its bytes, or why it cannot be one of ours. */
export type FileState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'issue'; readonly code: ConfigIssueCode; readonly message: string };

const issueOf = (code: ConfigIssueCode, message: string): FileState => ({ kind: 'issue', code, message });

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';

const sizeText = (bytes: number): string =>
  bytes % maxFileBytes === 0 ? `${bytes / maxFileBytes} MiB` : `${bytes / 1024} KiB`;

const readAll = (descriptor: number, maxBytes: number): FileState => {
  const tooLarge = issueOf('too_large', `file is larger than ${sizeText(maxBytes)}`);
  const stat = fstatSync(descriptor);
  if (stat.isDirectory()) return issueOf('not_a_file', 'not a file but a directory');
  if (!stat.isFile()) return issueOf('not_a_file', 'not a regular file');
  if (stat.size > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  // The file may grow while it is read, so the size is only believed when the end was seen.
  for (let total = 0; ;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(stat.size - total, 0) + 4096, maxBytes));
    const count = readSync(descriptor, chunk, 0, chunk.length, total);
    if (count === 0) return { kind: 'bytes', bytes: Buffer.concat(chunks) };
    total += count;
    if (total > maxBytes) return tooLarge;
    chunks.push(chunk.subarray(0, count));
  }
};

/**
 * Reads one file, synchronously: asynchronous reads would wait for password hashing, which shares libuv's threads.
 * Never blocks on a FIFO or a device, and never reads much more than it may.
 * @param maxBytes how large the file may be; the content of a larger one is not read
 */
export const readFileState = (path: string, maxBytes: number = maxFileBytes): FileState => {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return readAll(descriptor, maxBytes);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    if (code === 'EISDIR') return issueOf('not_a_file', 'not a file but a directory');
    if (code === 'ENXIO' || code === 'ENODEV') return issueOf('not_a_file', 'not a regular file');
    return issueOf('unreadable', `cannot read the file (${code})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};

/** Text in UTF-8 without its byte-order mark; null when the bytes are not text. */
export const decodeText = (bytes: Buffer): string | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);

    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
};
