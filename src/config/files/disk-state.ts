import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigIssueCode } from '../issue.js';
import { mailKinds, mailParts, templateKind } from '../schema/mail-template.js';

/** Largest configuration file: 1 MiB. */
export const maxFileBytes = 1024 * 1024;

/** The state of a file: absent, its bytes, or why it cannot be read. */
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
  // The file may grow while it is read, so it is read until its end.
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
 * It does not block on a FIFO or a device.
 * @param maxBytes maximum size; a larger file is an error
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

/** Decodes UTF-8 and removes a byte-order mark; null if the bytes are not text. */
export const decodeText = (bytes: Buffer): string | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
};

/** The folder of mail templates in the configuration directory. */
export const templateFolder = 'templates';

/** Names that may be templates. Other files, such as backups of editors, are ignored. */
const candidate = /^[A-Za-z0-9_-]{1,60}\.(?:subject|text|txt|html?)$/;

/** Maximum size of a template, 256 KiB; templates are read at every poll. */
const maxTemplateBytes = 256 * 1024;

/** Maximum number of files that may be templates. */
const maxTemplates = 64;

/** Template files and the keys that they set. */
export const templateKeys: ReadonlyMap<string, string> = new Map(
  mailKinds.flatMap((kind) =>
    mailParts.map((part): [string, string] => [`${kind}.${part}`, `mail.templates.${templateKind(kind)}.${part}`]),
  ),
);

/**
 * The template files, sorted, as paths within the configuration directory.
 * @returns an error instead if the folder cannot be read or contains too many files
 */
const listTemplates = (directory: string): readonly string[] | FileState => {
  try {
    const names = readdirSync(join(directory, templateFolder)).filter((name) => candidate.test(name));
    if (names.length > maxTemplates) {
      return issueOf('too_large', `contains more than ${maxTemplates} template files`);
    }
    return names.sort().map((name) => `${templateFolder}/${name}`);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return [];
    return code === 'ENOTDIR'
      ? issueOf('not_a_file', 'not a directory')
      : issueOf('unreadable', `cannot read the directory (${code})`);
  }
};

/** The name of a template within its folder. */
export const templateName = (file: string): string => file.slice(templateFolder.length + 1);

/** Reads a template. The content of a file with an unknown name is not needed. */
const readTemplate = (directory: string, file: string): FileState =>
  templateKeys.has(templateName(file))
    ? readFileState(join(directory, file), maxTemplateBytes)
    : { kind: 'bytes', bytes: Buffer.alloc(0) };

/**
 * The YAML files, lowest precedence first: default.yaml, <NODE_ENV>.yaml, local.yaml.
 * @param nodeEnv `NODE_ENV`; it is part of a file name, so it must be a plain word
 * @throws {ConfigError} out_of_range
 */
export const layerNames = (nodeEnv: string): readonly string[] => {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(nodeEnv) && !/^(default|local)$/i.test(nodeEnv)) {
    return ['default.yaml', `${nodeEnv}.yaml`, 'local.yaml'];
  }
  const message = 'expected a plain word such as production, development or test, and neither default nor local';
  throw new ConfigError([{ key: null, file: 'NODE_ENV', code: 'out_of_range', message }]);
};

/** The content of all files at one moment. */
export interface DiskState {
  /** YAML files by name, lowest precedence first, including absent ones. */
  readonly layers: ReadonlyMap<string, FileState>;
  /** Existing mail templates by path within the directory. */
  readonly templates: ReadonlyMap<string, FileState>;
  /** Mounted secrets by path. */
  readonly mounts: ReadonlyMap<string, FileState>;
  /** Equal if all files are equal byte by byte. */
  readonly digest: string;
  /** False if the files kept changing while they were read. */
  readonly isStable: boolean;
}

/** The files to read. */
export interface DiskSources {
  readonly directory: string;
  readonly layers: readonly string[];
  readonly mounts: readonly string[];
}

type Reading = Omit<DiskState, 'isStable'>;

const readOnce = ({ directory, layers, mounts }: DiskSources): Reading => {
  const hash = createHash('sha256');
  const take = (name: string, state: FileState): [string, FileState] => {
    const content = state.kind === 'bytes' ? state.bytes : Buffer.from(state.kind === 'issue' ? state.code : '');
    hash.update(JSON.stringify([name, state.kind, content.length])).update(content);
    return [name, state];
  };
  const read = (name: string, path: string): [string, FileState] => take(name, readFileState(path));
  const layerStates = new Map(layers.map((name) => read(name, join(directory, name))));
  const listed = listTemplates(directory);
  const templateStates = new Map(
    'kind' in listed ? [take(templateFolder, listed)] : listed.map((name) => take(name, readTemplate(directory, name))),
  );
  const mountStates = new Map(mounts.map((path) => read(path, path)));
  return { layers: layerStates, templates: templateStates, mounts: mountStates, digest: hash.digest('hex') };
};

const attempts = 5;

/**
 * Reads all files until two consecutive reads are equal, so files of two versions are never mixed. This includes the symlink
 * swap of a mounted ConfigMap.
 */
export const readDisk = (sources: DiskSources): DiskState => {
  let previous = readOnce(sources);
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    const next = readOnce(sources);
    if (next.digest === previous.digest) return { ...next, isStable: true };
    previous = next;
  }
  return { ...previous, isStable: false };
};
