import type { Command } from 'commander';
import type { Host } from '../../server/host.js';
import { configCheck, type OutputOptions } from './check.js';
import { configDiff, type DiffOptions } from './diff.js';
import { configExplain } from './explain.js';
import { configHistory, configRevision, type HistoryOptions } from './history.js';
import { configShow, type ShowOptions } from './show.js';

/** What the commands end with, for scripts. */
const exitHelp = `
Exit codes:
  0  done; check: the configuration is sound; diff: nothing would change
  1  it cannot be done or said; check, diff: the configuration is bad
  2  explain, show, history: the configuration of this place is bad
  3  diff: something would change

All of it works without a running service. Text is coloured on a terminal, unless NO_COLOR is set.`;

const json = ['--json', 'a document for machines in place of text'] as const;

/** Adds `rollcall config …`. */
export const addConfig = (
  program: Command,
  host: Host,
  run: (work: () => Promise<number> | number) => Promise<void>,
): void => {
  const command = program
    .command('config')
    .description('look at the configuration without a running service')
    .addHelpText('after', exitHelp);
  command
    .command('check [directory]')
    .description('judge a configuration directory; exit 1 with every fault')
    .option(...json)
    .action((directory: string | undefined, options: OutputOptions) =>
      run(() => configCheck(host, directory, options)),
    );
  command
    .command('diff [directory]')
    .description('what the directory would change, and what of it needs a restart; exit 3 when something would change')
    .option('--against <directory>', 'compare with another directory, not with the newest revision of the database')
    .option(...json)
    .action((directory: string | undefined, options: DiffOptions) => run(() => configDiff(host, directory, options)));
  command
    .command('explain <key>')
    .description(
      'meaning, range, default, value in force, and layer by layer who states it; a section explains its keys',
    )
    .option(...json)
    .action((key: string, options: OutputOptions) => run(() => configExplain(host, key, options)));
  command
    .command('show [section]')
    .description('every setting with its value and who states it')
    .option('--changed', 'only what differs from its default')
    .option(...json)
    .action((section: string | undefined, options: ShowOptions) => run(() => configShow(host, section, options)));
  command
    .command('history [revision]')
    .description('who changed the configuration when, or what one revision has changed; asks the database')
    .option('--limit <count>', 'how many revisions, 1 to 100', '20')
    .option(...json)
    .action((revision: string | undefined, options: HistoryOptions) =>
      run(() => (revision === undefined ? configHistory(host, options) : configRevision(host, revision, options))),
    );
};
