import type { Command } from 'commander';
import type { Host } from '../../server/host.js';
import { listOutbox, type MailListOptions } from './list.js';
import { retryMail, type MailRetryOptions } from './retry.js';

/** Adds `rollcall mail …`. */
export const addMail = (
  program: Command,
  host: Host,
  run: (work: () => Promise<number> | number) => Promise<void>,
): void => {
  const mail = program.command('mail').description('the outbox: look at it, send again what was given up');
  mail
    .command('list')
    .description('list the mail that is not over: id, state, kind, attempts, last error, times, person, address')
    .option('--state <state>', 'queued, sending, sent, dropped or dead')
    .option('--json', 'print a JSON object a line')
    .action((options: MailListOptions) => run(() => listOutbox(host, options)));
  mail
    .command('retry [id...]')
    .description('put mail that was given up back into the queue')
    .option('--all-dead', 'all of it')
    .action((ids: string[], options: MailRetryOptions) => run(() => retryMail(host, ids, options)));
};
