import { explainAll } from '../../config/explain.js';
import { type ConfigIssue, describeIssue } from '../../config/issue.js';
import { changesBetween, ineffectiveEdits, type ConfigSnapshot } from '../../config/reload/config-snapshot.js';
import type { SettingDifference } from '../../config/reload/dry-run.js';
import type { Change } from '../../config/types.js';
import { changesSince, contentOf, isSecret, type RevisionContent } from '../../config/revisions/revision-content.js';
import { ConfigRevision } from '../../models/config/config-revision.js';
import { findSecretChecks } from '../../models/keys/secret-check.js';
import { SecretBox } from '../../security/secret-box.js';
import { exitCodes, type ProcessEnvironment, CommandError } from '../../server/process/environment.js';
import { type OutputOptions, writeData } from '../output.js';
import { askService } from '../service/client.js';
import { issueLine } from '../service/issue-line.js';
import { type Paint, paintOf, shownValue, table } from '../terminal.js';
import { writeNote } from './config-view.js';
import { readConfigDirectory, resolveDirectory } from './directory.js';
import { queryDatabase } from './query-database.js';
import { waitingText } from './show.js';

/** Options for `configDiff`. */
export interface DiffOptions extends OutputOptions {
  /** A directory to compare with instead of the active configuration. */
  readonly against?: string;
}

/** A key whose value in the files has no effect because a variable sets it. */
interface Ignored {
  readonly key: string;
  readonly variable: string;
}

/** The result of a comparison. */
interface Compared {
  /** `service`, `revision` or `directory`. */
  readonly with: { readonly kind: string; readonly revision?: number | null; readonly directory?: string };
  readonly changes: readonly SettingDifference[];
  readonly ignored: readonly Ignored[];
  readonly secretsCompared: boolean;
}

/** The response to GET /config/diff. */
type ServiceDiff =
  | {
      readonly valid: true;
      readonly revision: number | null;
      readonly changes: readonly SettingDifference[];
      readonly ignored: readonly Ignored[];
    }
  | { readonly valid: false; readonly errors: readonly object[] };

const invalid = (folder: string, lines: readonly string[], details: unknown): CommandError =>
  new CommandError([`${folder}: invalid configuration`, ...lines].join('\n'), exitCodes.failed, {
    ...{ code: 'invalid_config', details },
  });

/** @throws {CommandError} if the directory is invalid */
const generationOf = (environment: ProcessEnvironment, folder: string): ConfigSnapshot => {
  const reading = readConfigDirectory(environment, folder);
  if (reading.ok) return reading.snapshot;
  const issues: readonly ConfigIssue[] = reading.issues;
  throw invalid(folder, issues.map(describeIssue), issues);
};

const classified = (snapshot: ConfigSnapshot, changes: readonly Change[]): SettingDifference[] => {
  const classes = new Map(explainAll(snapshot).map((entry) => [entry.key, entry.class]));
  return changes.map((change) => ({ ...change, class: classes.get(change.key) ?? 'live', waiting: false }));
};

const compareDirectories = (environment: ProcessEnvironment, folder: string, against: string): Compared => {
  const snapshot = generationOf(environment, folder);
  const directory = resolveDirectory(environment, against);
  const before = generationOf(environment, directory).loaded;
  return {
    with: { kind: 'directory', directory },
    changes: classified(snapshot, changesBetween(before.values, snapshot.loaded.values)),
    ignored: ineffectiveEdits(before, snapshot.loaded),
    secretsCompared: true,
  };
};

/** Removes the keys that the environment of an instance sets, because files cannot change them. */
const withoutEnvironment = (content: RevisionContent, keys: ReadonlySet<string>): RevisionContent => {
  const kept = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key)));
  return { values: kept(content.values), secrets: kept(content.secrets), mounted: [] };
};

/** The newest revision, and whether the digests of its secrets were made with the encryption key of this shell. */
const newestRevision = async (environment: ProcessEnvironment, snapshot: ConfigSnapshot) => {
  const key = snapshot.settings.auth.keys.encryptionKey;
  const own = /^[0-9a-f]{64}$/.test(key) ? new SecretBox(key).hmac('check', 'auth.keys.encryptionKey') : null;
  return queryDatabase(environment, snapshot, async (db) => {
    const revision = await ConfigRevision.newest(db);
    const recorded = (await findSecretChecks(db)).get('encryption_key');
    return revision && { revision, hasSameKey: own !== null && recorded?.equals(own) === true };
  });
};

/** @throws {CommandError} if no revision can be read */
const compareRevision = async (environment: ProcessEnvironment, folder: string, reason: string): Promise<Compared> => {
  const snapshot = generationOf(environment, folder);
  const asked = await newestRevision(environment, snapshot);
  if (!asked.ok || asked.value === undefined) {
    const why = asked.ok ? 'no configuration has been recorded in the database' : asked.reason;
    const text = `the service is not reachable (${reason}); ${why}; specify --against <directory>`;
    throw new CommandError(`nothing to compare with: ${text}`, undefined, { code: 'service_unreachable' });
  }
  const { revision, hasSameKey } = asked.value;
  const { revision: number, stated, secretDigests, mounted } = revision;
  const pinned = snapshot.loaded.pinned;
  const excluded = new Set([...mounted, ...pinned.map(({ key }) => key)]);
  const before = withoutEnvironment({ values: stated, secrets: secretDigests, mounted }, excluded);
  const after = withoutEnvironment(contentOf(snapshot.loaded), excluded);
  const changes = changesSince(before, after).filter(
    // Digests made with another encryption key cannot be compared; then only a missing secret is a difference.
    ({ key, from, to }) => hasSameKey || !isSecret(key) || from === null || to === null,
  );
  writeNote(
    environment,
    `the service is not reachable (${reason}); comparing with revision ${String(number)}, the newest in the database`,
  );
  return {
    with: { kind: 'revision', revision: number },
    changes: classified(snapshot, changes),
    ignored: ineffectiveEdits(snapshot.loaded, snapshot.loaded),
    secretsCompared: hasSameKey,
  };
};

/** @param isOwn whether the folder is the configuration directory of the service */
const compare = async (
  environment: ProcessEnvironment,
  folder: string,
  isOwn: boolean,
  against: string | undefined,
): Promise<Compared> => {
  if (against !== undefined) return compareDirectories(environment, folder, against);
  const query = { directory: isOwn ? undefined : folder };
  const asked = await askService<ServiceDiff>(environment, { path: '/config/diff', query });
  if (!asked.reached) return compareRevision(environment, folder, asked.reason);
  const { body } = asked;
  if (!body.valid) throw invalid(folder, body.errors.map(issueLine), body.errors);
  const { revision, changes, ignored } = body;
  return { with: { kind: 'service', revision }, changes, ignored, secretsCompared: true };
};

const effectOf = (paint: Paint, { class: kind, waiting }: SettingDifference): string => {
  if (waiting) return paint('warning', 'waiting for a restart');
  if (kind === 'restart') return paint('warning', 'requires a restart');
  return paint('good', kind === 'new' ? 'for newly issued tokens and hashes' : 'immediately');
};

const nameOf = ({ with: { kind, revision, directory } }: Compared): string => {
  const number = revision === null || revision === undefined ? '' : ` ${String(revision)}`;
  if (kind === 'directory') return directory ?? '';
  return kind === 'service' ? `the running service${number === '' ? '' : ` (revision${number})`}` : `revision${number}`;
};

const textOf = (environment: ProcessEnvironment, compared: Compared): string => {
  const { changes, ignored, secretsCompared } = compared;
  const paint = paintOf(environment, environment.stdout);
  const rows = changes.map((change) => [
    change.key,
    shownValue(change.from),
    shownValue(change.to),
    effectOf(paint, change),
  ]);
  const fresh = changes.filter(({ waiting }) => !waiting);
  const restarts = fresh.filter(({ class: kind }) => kind === 'restart').length;
  const waiting = waitingText(changes.filter((change) => change.waiting).map(({ key }) => key));
  const requires = `${String(restarts)} ${restarts === 1 ? 'requires' : 'require'} a restart`;
  const sum = `${String(fresh.length)} ${fresh.length === 1 ? 'change' : 'changes'}, ${requires}`;
  const lines = [
    ...(fresh.length > 0 ? [sum] : changes.length === 0 ? ['no changes'] : []),
    ...(waiting === null ? [] : [waiting]),
    ...ignored.map(({ key, variable }) => `no effect: ${key} is set by ${variable}`),
    ...(secretsCompared ? [] : ['secrets were not compared: the encryption key of the service is not set here']),
  ];
  const shown = rows.length === 0 ? '' : table(environment, ['KEY', 'FROM', 'TO', 'EFFECT'], rows).text;
  return `${shown}${lines.map((line) => `${line}\n`).join('')}`;
};

/**
 * `rollcall config diff [directory]`: shows how the files differ from the running service or, if it is not reachable,
 * from the newest revision in the database. Exit 3 if they differ; keys that the environment sets are ignored.
 * @throws {CommandError} exit 1 if the files are invalid or there is nothing to compare with
 */
export const configDiff = async (
  environment: ProcessEnvironment,
  directory: string | undefined,
  { json = false, against }: DiffOptions,
): Promise<number> => {
  const folder = resolveDirectory(environment, directory);
  const compared = await compare(environment, folder, directory === undefined, against);
  const { changes, ignored, secretsCompared } = compared;
  if (json) {
    const pins = ignored.map(({ key, variable }) => ({ key, pinned_by: variable }));
    const facts = { directory: folder, compared_with: compared.with, secrets_compared: secretsCompared };
    writeData(environment, { ...facts, changes, ignored: pins });
  } else {
    environment.stdout.write(`${folder} compared with ${nameOf(compared)}:\n${textOf(environment, compared)}`);
  }
  return changes.length === 0 ? exitCodes.ok : exitCodes.differs;
};
