import { lstatSync, readdirSync, statfsSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, systemCode, warn, type Finding, type CheckContext } from './finding.js';

/** Free space below which a check warns or fails, in bytes. */
const [warnBytes, failBytes] = [1024 ** 3, 100 * 1024 ** 2];

/** Bits of a mode: access by the group or others, and write access by others. */
const [notOwner, othersWrite] = [0o077, 0o002];

const statsOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

const modeOf = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(4, '0');

/** Reports files with secrets that other users can access. */
const exposed = (paths: readonly string[]): Finding[] =>
  paths.flatMap((path) => {
    const stats = statsOf(path);
    if (stats === undefined || stats.isSymbolicLink() || (stats.mode & notOwner) === 0) return [];
    const wanted = stats.isDirectory() ? '0700' : '0600';
    return [fail('file_permissions', `${path} has mode ${modeOf(stats)}`, `chmod ${wanted} ${path}`)];
  });

/** Reports configuration files that every user can change. */
const changeable = (paths: readonly string[]): Finding[] =>
  paths.flatMap((path) => {
    const stats = statsOf(path);
    if (stats === undefined || stats.isSymbolicLink() || (stats.mode & othersWrite) === 0) return [];
    return [fail('file_permissions', `${path} can be written by every user`, `chmod o-w ${path}`)];
  });

/** Checks that secrets, emails in the outbox directory and the configuration are protected from other users. */
export const checkPermissions = ({ dataDir, configDirectory, settings }: CheckContext): Finding[] => {
  const secrets = join(dataDir, 'secrets');
  const outbox = settings?.mail.transport === 'outbox' ? settings.mail.outboxDir : null;
  const found = [
    ...exposed([secrets, ...filesIn(secrets), ...(outbox === null ? [] : [outbox])]),
    ...changeable([configDirectory, ...filesIn(configDirectory)]),
  ];
  return found.length > 0 ? found : [ok('file_permissions', 'secrets and configuration are protected')];
};

const existing = (path: string): string =>
  statsOf(path) !== undefined || dirname(path) === path ? path : existing(dirname(path));

const formatBytes = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${String(Math.round(bytes / 1024 ** 2))} MiB`;

/** Checks the free space on the disk of the data directory. */
export const checkDisk = ({ dataDir }: CheckContext): Finding[] => {
  const folder = existing(dataDir);
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const message = `${formatBytes(free)} free at ${folder}`;
    if (free < failBytes) return [fail('disk_space', message, 'free disk space')];
    return [free < warnBytes ? warn('disk_space', message, 'free disk space') : ok('disk_space', message)];
  } catch (error) {
    return [warn('disk_space', `${folder} cannot be examined (${systemCode(error)})`)];
  }
};
