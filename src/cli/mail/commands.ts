import { Option, type Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import { listOutbox, mailStates, type MailListOptions } from './list.js';
import { retryMail, type MailRetryOptions } from './retry.js';
import { sendTestMail } from './send-test.js';

/** Adds `rollcall mail …`. */
export const addMail = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const mail = program.command('mail').description('list the outbox, requeue dead mails, test the mail settings');
  mail
    .command('list')
    .description('list queued and dead mails, and those being sent, oldest first; or all mails in one state')
    .addOption(new Option('--state <state>', 'mails with this state').choices(mailStates))
    .option(...jsonOption)
    .action((options: MailListOptions) => run(() => listOutbox(environment, options)));
  mail
    .command('retry [id...]')
    .description('requeue dead mails')
    .option('--all-dead', 'requeue every dead mail')
    .option(...jsonOption)
    .action((ids: string[], options: MailRetryOptions) => run(() => retryMail(environment, ids, options)));
  mail
    .command('send-test <address>')
    .description('send a test mail with the current mail settings, without the outbox')
    .option(...jsonOption)
    .action((address: string, options: OutputOptions) => run(() => sendTestMail(environment, address, options)));
};
